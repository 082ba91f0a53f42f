import type { Json } from "./api_client.ts";

/** The data of a stream of server-sent events, one after the other. */
export async function* eventsOf(response: Response): AsyncGenerator<Json> {
  if (response.body === null) throw new Error("There is no body");
  let text = "";
  for await (const part of response.body.pipeThrough(new TextDecoderStream())) {
    text += part;
    for (let end = text.indexOf("\n\n"); end >= 0; end = text.indexOf("\n\n")) {
      const [, data] = /^data: (.*)$/m.exec(text.slice(0, end)) ?? [];
      text = text.slice(end + 2);
      if (data !== undefined) yield JSON.parse(data);
    }
  }
}
