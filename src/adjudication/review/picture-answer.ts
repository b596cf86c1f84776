import { applyDecorators, Header, StreamableFile } from '@nestjs/common';

/** On a route that answers with a picture of a person: kept nowhere, and taken for nothing but a picture. */
export const AnswersWithPicture = (): MethodDecorator =>
  applyDecorators(Header('cache-control', 'no-store'), Header('x-content-type-options', 'nosniff'));

export const pictureAnswer = (jpeg: Uint8Array): StreamableFile =>
  new StreamableFile(jpeg, { type: 'image/jpeg', disposition: 'inline' });
