import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Applicant } from '../../scripts/harness/applicant.js';
import { drawPicture, storeWithOrientation } from '../support/pictures.js';
import { startService, type TestService } from '../support/service.js';

const SVG = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="300" height="300"><path d="M0 0h9"/></svg>');
const ascii = (text: string): Buffer => Buffer.from(text, 'latin1');

/** Whole files where they can be made here, the start that every reader goes by otherwise. */
const FORMATS: [string, string, () => Buffer | Promise<Buffer>][] = [
  ['SVG', 'image/svg+xml', () => SVG],
  ['svgz', 'image/svg+xml', () => gzipSync(SVG)],
  ['PDF', 'application/pdf', () => ascii('%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>')],
  ['TIFF', 'image/tiff', () => drawPicture().tiff().toBuffer()],
  ['AVIF', 'image/avif', () => drawPicture().avif({ effort: 0 }).toBuffer()],
  ['HEIF', 'image/heic', () => ascii('\0\0\0\x18ftypheic\0\0\0\0mif1heic')],
  ['GIF', 'image/gif', () => drawPicture().gif().toBuffer()],
  ['BMP', 'image/bmp', () => ascii('BM\x46\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0')],
  ['JPEG 2000', 'image/jp2', () => ascii('\0\0\0\x0cjP  \r\n\x87\n')],
  ['HTML', 'text/html', () => ascii('<!doctype html><script>alert(1)</script>')],
];

describe('what may be handed in as a picture', () => {
  let service: TestService;
  let applicant: Applicant;
  let caseId: string;

  beforeAll(async () => {
    service = await startService({ env: { RATE_LIMIT_SCALE: '100' } });
    caseId = (await service.desk.openCase({ login: 'demo.ana' })).id;
    applicant = service.applicant();
    await applicant.start(await service.trial.recoveryLink('ana@example.test'));
    await applicant.agree();
    await applicant.chooseDocument();
    await applicant.chooseProvider('local');
  });

  afterAll(() => service?.end());

  const send = (bytes: Uint8Array, type: string) =>
    applicant.http.send('PUT', '/v1/flow/evidence/document_front', { body: { bytes, type } });

  const rejections = async (): Promise<unknown[]> =>
    (await service.desk.timeline(caseId)).filter(({ type }) => type === 'evidence.rejected').map(({ data }) => data);

  it.each(FORMATS)('T82: %s is refused by what it is, whatever it is called', async (_format, ownType, make) => {
    const bytes = await make();
    const before = { view: await service.desk.readCase(caseId), rejected: await rejections() };
    const disguised = await send(bytes, 'image/jpeg');
    expect([disguised.status, disguised.code]).toEqual([415, 'unsupported_media_type']);
    const open = await send(bytes, ownType);
    expect([open.status, open.code]).toEqual([415, 'unsupported_media_type']);
    expect((await applicant.flow()).evidence.document_front).toMatchObject({
      state: 'rejected',
      reasons: ['not_a_picture'],
    });
    const { state, attempt } = await service.desk.readCase(caseId);
    expect({ state, attempt }).toEqual({ state: before.view.state, attempt: before.view.attempt });
    expect((await rejections()).slice(before.rejected.length)).toMatchObject([{ detail: 'unsupported_format' }]);
  });

  it('T80: a picture of 289 million pixels in a few kilobytes is refused before anything decodes it', async () => {
    const png = await drawPicture().png().toBuffer();
    png.writeUInt32BE(17_000, 16);
    png.writeUInt32BE(17_000, 20);
    const answer = await send(png, 'image/png');
    expect([answer.status, answer.code]).toEqual([422, 'picture_refused']);
  });

  it('T84: a picture that lies on its side is taken as one that stands', async () => {
    const before = (await rejections()).length;
    const sideways = await send(await storeWithOrientation(6, 'jpeg'), 'image/jpeg');
    expect(sideways.status).toBe(200);
    // Too small a drawing for a document: looked at, and refused for what it shows.
    expect(sideways.json()).toMatchObject({ accepted: false });
    expect((await rejections()).length).toBe(before + 1);
  });

  it('is told from a photo that did not work and comes again, by its form too, and that one is looked at once', async () => {
    const small = await drawPicture().jpeg().toBuffer();
    const before = (await rejections()).length;
    for (const repeated of [false, true])
      expect((await send(small, 'image/jpeg')).json()).toMatchObject({ accepted: false, repeated });
    const page = (await applicant.http.get('/flow/evidence/document_front')).expect(200).text;
    const form = new FormData();
    form.set(
      '_csrf',
      /action="\/flow\/evidence[^>]*>\s*<input type="hidden" name="_csrf" value="([^"]+)"/.exec(page)?.[1] ?? '',
    );
    form.set('photo', new Blob([Uint8Array.from(small)], { type: 'image/jpeg' }), 'photo.jpg');
    const answer = (await applicant.http.send('POST', '/flow/evidence/document_front', { body: form })).expect(303);
    const address = answer.headers.get('location') ?? '';
    expect(address).toBe('/flow/evidence/document_front?again=1');
    expect((await applicant.http.get(address)).text).toContain('This is the photo that did not work. Take a new one.');
    expect((await rejections()).length).toBe(before + 1);
  });

  it('is told of in the log without an error', () => {
    expect(service.errorLines()).toEqual([]);
  });
});
