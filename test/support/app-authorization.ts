import type { EasemobEmulator } from 'nestjs-easemob/testing';

/** Fetches an app token from an emulator as any HTTP client would, and returns it as an `Authorization` header. */
export async function appAuthorization({
  url,
  moduleOptions,
}: Pick<EasemobEmulator, 'url' | 'moduleOptions'>): Promise<string> {
  const { appKey, clientId, clientSecret } = moduleOptions;
  const response = await fetch(`${url}/${appKey.replace('#', '/')}/token`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      grant_type: 'client_credentials',
      client_id: clientId,
      client_secret: clientSecret,
    }),
  });
  const { access_token: token } = (await response.json()) as { access_token: string };
  return `Bearer ${token}`;
}
