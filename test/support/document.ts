import type { MessageService, MessageType } from 'nestjs-easemob';

/** One curl example of the send-message document. */
export interface DocumentedRequest {
  readonly name: string;
  readonly type: MessageType;
  /** The method that sends it. */
  readonly method: Exclude<keyof MessageService, 'send'>;
  /** The route of the sample application that accepts it. */
  readonly path: string;
  /** Whether the example requests message IDs. */
  readonly useMsgId: boolean;
  /** The argument of `-d`, with the spacing of the document. */
  readonly json: string;
}

/**
 * The curl examples of the send-message document. It has none for a file, whose fields are those of the current API.
 *
 * @see {@link https://docs-im.easemob.com/im/server/basics/messages}
 */
export const documentedRequests: readonly DocumentedRequest[] = [
  {
    name: 'a text to two users',
    type: 'txt',
    method: 'sendText',
    path: '/messages/text',
    useMsgId: false,
    json: '{"target_type": "users","target": ["user2","user3"],"msg": {"type": "txt","msg": "testmessage"},"from": "user1"}',
  },
  {
    name: 'a text to users who are online, with message IDs',
    type: 'txt',
    method: 'sendText',
    path: '/messages/text',
    useMsgId: true,
    json: '{"target_type": "users","target": ["user2", "user3"],"msg": {"type": "txt","msg": "testmessage"},"from": "user1", "routetype":"ROUTE_ONLINE", "sync_device":true}',
  },
  {
    name: 'an image',
    type: 'img',
    method: 'sendImage',
    path: '/messages/image',
    useMsgId: false,
    json: '{"target_type":"users","target":["user2"],"from":"user1","msg":{"type":"img","filename":"testimg.jpg","secret":"VfEpSmSvEeS7yU8dwa9rAQc-DIL2HhmpujTNfSTsrDt6eNb_","url":"https://a1.easemob.com/easemob-demo/testapp/chatfiles/55f12940-64af-11e4-8a5b-ff2336f03252","size":{"width":480,"height":720}}}',
  },
  {
    name: 'a voice recording',
    type: 'audio',
    method: 'sendAudio',
    path: '/messages/audio',
    useMsgId: false,
    json: '{"target_type" : "users","target" : ["user2", "user3"],"msg" : {"type": "audio","url": "https://a1.easemob.com/easemob-demo/testapp/chatfiles/1dfc7f50-55c6-11e4-8a07-7d75b8fb3d42","filename": "testaudio.amr","length": 10,"secret": "Hfx_WlXGEeSdDW-SuX2EaZcXDC7ZEig3OgKZye9IzKOwoCjM"},"from" : "user1" }',
  },
  {
    name: 'a video',
    type: 'video',
    method: 'sendVideo',
    path: '/messages/video',
    useMsgId: false,
    json: '{"target_type":"users","target":["user2","user3"],"from":"user1","msg":{"type":"video","filename" : "testvideo.mp4","thumb" : "https://a1.easemob.com/easemob-demo/testapp/chatfiles/67279b20-7f69-11e4-8eee-21d3334b3a97","length" : 0,"secret":"VfEpSmSvEeS7yU8dwa9rAQc-DIL2HhmpujTNfSTsrDt6eNb_","file_length" : 58103,"thumb_secret" : "ZyebKn9pEeSSfY03ROk7ND24zUf74s7HpPN1oMV-1JxN2O2I","url" : "https://a1.easemob.com/easemob-demo/testapp/chatfiles/671dfe30-7f69-11e4-ba67-8fef0d502f46"}}',
  },
  {
    // The document prints a stray "." before "addr", which no JSON parser accepts.
    name: 'a location',
    type: 'loc',
    method: 'sendLocation',
    path: '/messages/location',
    useMsgId: false,
    json: '{"target_type": "users","target": ["user2"],"msg": {"type": "loc","lat": "39.966","lng":"116.322","addr":"中国北京市海淀区中关村"},"from": "user1"}',
  },
  {
    name: 'a command',
    type: 'cmd',
    method: 'sendCommand',
    path: '/messages/command',
    useMsgId: false,
    json: '{"target_type":"users","target":["user2","user3"],"msg":{"type":"cmd","action":"action1"},"from":"user1"}',
  },
  {
    name: 'a custom message',
    type: 'custom',
    method: 'sendCustom',
    path: '/messages/custom',
    useMsgId: false,
    json: '{ "target_type":"users", "target":["user2"], "msg":{"type":"custom", "customEvent":"gift_1", "customExts":{"name":"flower","size":"16","price":"100"}}, "from":"user1","ext":{"attr1":"test"}}',
  },
  {
    name: 'a text with an extension',
    type: 'txt',
    method: 'sendText',
    path: '/messages/text',
    useMsgId: false,
    json: '{"target_type":"users","target":["user2","user3"],"msg":{"type":"txt","msg":"testmessage"},"from":"user1","ext":{"attr1":"test"}}',
  },
  {
    name: 'a file',
    type: 'file',
    method: 'sendFile',
    path: '/messages/file',
    useMsgId: false,
    json: '{"target_type":"users","target":["user2"],"from":"user1","msg":{"type":"file","filename":"invoice.pdf","secret":"VfEpSmSvEeS7yU8dwa9rAQc-DIL2HhmpujTNfSTsrDt6eNb_","url":"https://a1.easemob.com/easemob-demo/testapp/chatfiles/55f12940-64af-11e4-8a5b-ff2336f03252"}}',
  },
];
