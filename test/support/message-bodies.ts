import type { MessageType } from 'nestjs-easemob';

const FILES = 'https://a1.easemob.com/acme/shop/chatfiles';

/** The content of a message of each type, with every field that the current API documents for it. */
export const MESSAGE_BODIES: Readonly<Record<MessageType, object>> = {
  txt: { msg: 'Your order shipped' },
  img: { url: `${FILES}/1`, secret: 'shr-A1', filename: 'box.jpg', size: { width: 640, height: 480 } },
  audio: { url: `${FILES}/2`, secret: 'shr-A2', filename: 'note.amr', length: 7 },
  video: {
    url: `${FILES}/3`,
    secret: 'shr-A3',
    filename: 'demo.mp4',
    length: 12,
    file_length: 734_003,
    thumb: `${FILES}/4`,
    thumb_secret: 'shr-A4',
  },
  file: { url: `${FILES}/5`, secret: 'shr-A5', filename: 'invoice.pdf' },
  loc: { lat: '31.2304', lng: '121.4737', addr: 'Warehouse 3' },
  cmd: { action: 'refresh-cart' },
  custom: { customEvent: 'coupon_v1', customExts: { code: 'SPRING', off: '10' } },
};
