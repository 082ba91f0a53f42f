const LOOPBACK: ReadonlySet<string> = new Set(["127.0.0.1", "::1", "localhost"]);

/**
 * Why a server must not listen on this host, or null when it may: without a token only this machine
 * itself may reach it.
 */
export function refuseOpenListening(
  listening: { readonly host: string; readonly token: string | null },
): string | null {
  if (listening.token !== null || LOOPBACK.has(listening.host)) return null;
  return `Cannot listen on "${listening.host}" without a token: anybody who reaches it could ` +
    "delete photos: give one with --token-file or SCENEKEEP_TOKEN, or listen on 127.0.0.1";
}
