import { createCipheriv } from 'node:crypto';

/** Bytes that no encoding makes shorter, the same in every run. */
export function incompressible(length: number): Buffer {
  return createCipheriv('aes-128-ctr', Buffer.alloc(16), Buffer.alloc(16)).update(Buffer.alloc(length));
}
