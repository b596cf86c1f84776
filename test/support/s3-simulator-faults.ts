import type { ServerResponse } from 'node:http';

/** What the simulator does instead of answering properly. Body faults apply to GET answers. */
export type S3Fault =
  | { kind: 'error'; status: number; code: string }
  /** The connection dies before any answer. */
  | { kind: 'reset' }
  /** The request is carried out, then the connection dies before the answer. */
  | { kind: 'reset_after_effect' }
  | { kind: 'reset_mid_body' }
  /** Another object's stored bytes, properly framed. */
  | { kind: 'other_object'; key: string }
  | { kind: 'flip_byte' }
  /** The first half, properly framed. */
  | { kind: 'cut' }
  /** Bytes of this length that never were an object. */
  | { kind: 'flood'; bytes: number }
  /** The head at once, then one byte every 20 ms. */
  | { kind: 'drip' }
  /** No answer at all. */
  | { kind: 'hang' };

/** Sends `bytes` in the way the fault says. Returns false when the fault does not concern bodies. */
export function sendFaultyBody(response: ServerResponse, bytes: Buffer, fault: S3Fault): boolean {
  switch (fault.kind) {
    case 'reset_mid_body':
      response.writeHead(200, { 'content-length': bytes.length });
      response.write(bytes.subarray(0, Math.floor(bytes.length / 2)), () => response.destroy());
      return true;
    case 'flip_byte': {
      const changed = Buffer.from(bytes);
      const at = changed.length - 1;
      changed.writeUInt8(changed.readUInt8(at) ^ 1, at);
      response.end(changed);
      return true;
    }
    case 'cut':
      response.end(bytes.subarray(0, Math.floor(bytes.length / 2)));
      return true;
    case 'flood':
      flood(response, fault.bytes);
      return true;
    case 'drip':
      response.writeHead(200, { 'content-length': bytes.length });
      drip(response, bytes);
      return true;
    default:
      return false;
  }
}

function flood(response: ServerResponse, total: number): void {
  const chunk = Buffer.alloc(1024 * 1024);
  let left = total;
  response.writeHead(200, { 'content-length': total });
  const more = () => {
    while (left > 0 && !response.destroyed) {
      left -= chunk.length;
      if (!response.write(chunk)) {
        response.once('drain', more);
        return;
      }
    }
    response.end();
  };
  more();
}

function drip(response: ServerResponse, bytes: Buffer): void {
  let at = 0;
  const timer = setInterval(() => {
    if (at < bytes.length) response.write(bytes.subarray(at, ++at));
    else response.end();
  }, 20);
  response.once('close', () => clearInterval(timer));
}
