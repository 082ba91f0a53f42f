import { type DeviceId, identifier, type ReceiptRecord } from "@scenekeep/engine/core";
import { basename } from "@std/path";
import { CleanUpError } from "../clean_up/clean_up_error.ts";
import { folderPair } from "./device_folder.ts";
import { DeviceItems } from "./device_items.ts";
import { deviceName, type DeviceRecord, readDeviceRecord } from "./device_record.ts";
import { LibrarySession, type TransferOptions } from "./library_session.ts";

/** Which device, and of which library. */
export interface DeviceOptions extends TransferOptions {
  readonly device: string;
  /** What the device is called. @default the name of its folder */
  readonly name?: string | undefined;
}

/** A device that was backed up before, and its library, which is held. */
export interface OpenDevice {
  /** The folder of the device, by its real path. */
  readonly root: string;
  readonly record: DeviceRecord;
  readonly session: LibrarySession;
  readonly items: DeviceItems;
}

/**
 * Opens a device and its library. What an earlier life left half done with its items is ended, and
 * the librarian is told of it. Whoever opens it disposes of the session.
 *
 * @throws {CleanUpError} `REFUSED` when it was never backed up, and others that say why not.
 */
export async function openDevice(options: DeviceOptions): Promise<OpenDevice> {
  const pair = await folderPair(options.device, options.root, "device");
  const name = deviceName(options.name ?? basename(pair.source));
  const record = readDeviceRecord(pair.library, name);
  if (record === null) throw neverBackedUp(name, pair.library);
  const session = await LibrarySession.open({ ...options, root: pair.library, makes: false });
  try {
    const { log, system, workers } = session;
    const items = new DeviceItems(pair.source, { log, system, hasher: workers });
    const settled = await items.settle(log.latest(name));
    const reports = settled.flatMap(({ outcome, receipt }) =>
      receipt === null ? [] : [{ receipt: identifier<ReceiptRecord["id"]>(receipt), outcome }]
    );
    if (reports.length > 0) {
      const device = identifier<DeviceId>(name);
      await session.kept.ask({ kind: "reportRemovals", device, reports }, "accepted");
    }
    return { root: pair.source, record, session, items };
  } catch (error) {
    await session[Symbol.asyncDispose]();
    throw error;
  }
}

function neverBackedUp(name: string, library: string): CleanUpError {
  return new CleanUpError(
    "REFUSED",
    `No device called "${name}" was ever backed up into "${library}": back it up first, or say ` +
      "with --name what it was called",
  );
}
