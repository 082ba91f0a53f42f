import { assertEquals } from "@std/assert";
import { LibraryRegistry, type RegistryOptions } from "@scenekeep/engine/host";
import { type ApiOptions, createApp } from "../app.ts";
import type { ApiApp } from "../api_context.ts";

/** A JSON value as a test looks at it. */
// deno-lint-ignore no-explicit-any -- tests read answers field by field
export type Json = any;

/** An answer, read. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Json;
}

/** An application on a data directory of its own, and a client of it. */
export class ApiClient implements AsyncDisposable {
  readonly directory: string;
  registry: LibraryRegistry;
  app: ApiApp;
  readonly #options: Partial<ApiOptions>;
  readonly failures: unknown[] = [];

  private constructor(directory: string, options: Partial<ApiOptions & RegistryOptions>) {
    this.directory = directory;
    this.#options = options;
    this.registry = new LibraryRegistry({ ...options, directory });
    this.app = this.#createApp();
  }

  /** Starts on a fresh directory. */
  static async start(
    options: Partial<ApiOptions & Omit<RegistryOptions, "directory">> = {},
  ): Promise<ApiClient> {
    return new ApiClient(await Deno.makeTempDir({ prefix: "scenekeep-api-" }), options);
  }

  /** Closes all libraries and starts anew on what is on disk. */
  async restart(): Promise<void> {
    await this.registry.close();
    this.registry = new LibraryRegistry({ directory: this.directory });
    this.app = this.#createApp();
  }

  /** Sends a request with a JSON body, or without one. */
  async send(
    method: string,
    path: string,
    options: { readonly body?: Json; readonly headers?: Record<string, string> } = {},
  ): Promise<Answer> {
    const { body, headers = {} } = options;
    const response = await this.app.request(`http://127.0.0.1${path}`, {
      method,
      headers: {
        ...(body === undefined ? {} : { "Content-Type": "application/json" }),
        ...headers,
      },
      ...(body === undefined
        ? {}
        : { body: typeof body === "string" ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    const isJson = response.headers.get("content-type")?.includes("json") ?? false;
    return {
      status: response.status,
      headers: response.headers,
      body: isJson ? JSON.parse(text) : text,
    };
  }

  /** Reads, and expects that it can be read. */
  async get(path: string): Promise<Json> {
    return expectStatus(await this.send("GET", path), 200);
  }

  /** Posts, and expects that it is taken. */
  async post(path: string, body?: Json, key?: string): Promise<Json> {
    const headers: Record<string, string> = key === undefined ? {} : { "Idempotency-Key": key };
    const answer = await this.send("POST", path, { body, headers });
    return expectStatus(answer, answer.status === 201 ? 201 : 200);
  }

  /** Expects a problem of this status and code, as problem+json. */
  async refused(
    expected: { readonly status: number; readonly code: string },
    request: Promise<Answer>,
  ): Promise<Json> {
    const { status, headers, body } = await request;
    assertEquals({ status, code: body.code }, { ...expected }, JSON.stringify(body));
    assertEquals(headers.get("content-type"), "application/problem+json");
    assertEquals(body.status, status);
    return body;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.registry.close();
    await Deno.remove(this.directory, { recursive: true });
  }

  #createApp(): ApiApp {
    return createApp({
      foldersUnder: null,
      cache: null,
      token: null,
      failed: (_, error) => this.failures.push(error),
      ...this.#options,
      registry: this.registry,
    });
  }
}

function expectStatus({ status, body }: Answer, expected: number): Json {
  assertEquals(status, expected, JSON.stringify(body));
  return body;
}
