import { errorForStatus, type ClockPort, type HttpPort, type HttpRequest, type HttpResponse } from '../kit/index.js';

export interface ExchangePorts {
  http: HttpPort;
  clock: ClockPort;
}

/** One request; every status but 200, the only success that is documented, is a `ProviderError`. */
export async function exchange(
  { http, clock }: ExchangePorts,
  request: HttpRequest & { namesSession?: boolean },
): Promise<HttpResponse> {
  const { namesSession = false, ...asked } = request;
  const headers = { accept: 'application/json', 'content-type': 'application/json', ...asked.headers };
  const response = await http.send({ ...asked, headers });
  if (response.status === 200) return response;
  throw errorForStatus(response, { clock, namesSession });
}
