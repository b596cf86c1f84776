/** The body of a request and what it calls itself. */
export interface Content {
  type: string;
  bytes: string | Uint8Array;
}

export const jsonBody = (value: unknown): Content => ({ type: 'application/json', bytes: JSON.stringify(value) });

export const FORM_TYPE = 'application/x-www-form-urlencoded';

export const formBody = (fields: Record<string, string> | URLSearchParams): Content => ({
  type: FORM_TYPE,
  bytes: new URLSearchParams(fields).toString(),
});

/** For pictures and other files; the type names the boundary between the parts (RFC 7578). */
export async function multipartBody(form: FormData): Promise<Content> {
  const message = new Response(form);
  const type = message.headers.get('content-type') ?? 'multipart/form-data';
  return { type, bytes: new Uint8Array(await message.arrayBuffer()) };
}
