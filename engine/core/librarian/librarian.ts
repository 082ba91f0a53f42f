import type { ActorDefinition, TurnContext } from "../protocol/actor.ts";
import { identifier } from "../protocol/ids.ts";
import type { Envelope, Outcome } from "../protocol/incoming.ts";
import { invariant } from "../protocol/invariant.ts";
import type { LibraryEvent } from "../library/events.ts";
import { emptyLibrary, type LibraryState } from "../library/state.ts";
import type {
  EngineEffect,
  EngineIncoming,
  EngineMessage,
  EngineTypes,
} from "../messages/engine_types.ts";
import type { LibraryCommand } from "../messages/librarian_messages.ts";
import { handleAlbumCommand } from "./album_commands.ts";
import { handleCarriedOut, parseCarryKey, repeatCarryOut } from "./carry_out.ts";
import { handleDeviceCommand } from "./device_commands.ts";
import { changeFolder, handleEntryChanged, repeatEntry } from "./entry_moves.ts";
import { evolve } from "./evolve.ts";
import { handleFileCommand } from "./file_commands.ts";
import { LIBRARIAN_INVARIANTS } from "./invariants.ts";
import { handleApplyItem, handleVerified, parseVerifyKey, repeatRead } from "./item_saga.ts";
import { handleMended, repeatMend } from "./mend_links.ts";
import {
  askAgain,
  handleMoved,
  parseMoveKey,
  placeOfKey,
  repeatedKey,
  repeatMove,
} from "./name_moves.ts";
import { handlePlanCommand, takeDraft } from "./plan_commands.ts";
import { handlePurgeCheck, requestRemoval, SWEEP_INTERVAL_MS } from "./purge.ts";
import { handleQuery } from "./queries.ts";
import { decodeLibrary, encodeLibrary } from "./state_codec.ts";
import { sweep, SWEEP_TIMER, sweepStart } from "./sweep.ts";
import { handleTrashCommand } from "./trash_commands.ts";
import { type Asker, askerOf, TurnDraft } from "./turn_draft.ts";
import { continueUndo, handleNamesBack, parseUndoKey, repeatNames } from "./undo_plan.ts";
import { handleUploadCommand } from "./upload_commands.ts";
import {
  announceWork,
  handOutWork,
  takeEmbeddings,
  takeHashes,
  takeLostEmbeddings,
  takeTraces,
  tellChanges,
} from "./worker_reports.ts";

/** Messages that may wait for the librarian. */
const MAILBOX_CAPACITY = 65_536;

/** A sweep follows each restart within a minute: else one that often restarts would never sweep. */
const SWEEP_AFTER_RESTART_MS = 60 * 1000;

/** The one writer of a library's state. See this folder's `mod.ts`. */
export const LIBRARIAN_ACTOR: ActorDefinition<LibraryState, EngineTypes> = {
  kind: "librarian",
  durability: "durable",
  mailboxCapacity: MAILBOX_CAPACITY,
  invariants: LIBRARIAN_INVARIANTS,
  initial: emptyLibrary,
  receive,
  evolve: (state, event): void => evolve(state, event as LibraryEvent),
  restored,
  encode: encodeLibrary,
  decode: decodeLibrary,
};

function restored(state: LibraryState, context: TurnContext): readonly EngineEffect[] {
  const draft = new TurnDraft(state, context);
  if (state.library === null) return draft.effects;
  draft.emitClock();
  draft.timer(SWEEP_TIMER, SWEEP_AFTER_RESTART_MS);
  return draft.effects;
}

function receive(
  state: LibraryState,
  incoming: EngineIncoming,
  context: TurnContext,
): readonly EngineEffect[] {
  const draft = new TurnDraft(state, context);
  switch (incoming.kind) {
    case "message":
      handleMessage(draft, incoming.envelope);
      break;
    case "completed":
      handleCompletion(draft, incoming.key, incoming.outcome);
      break;
    case "timer": {
      const behind = sweepStart(incoming.key);
      if (behind !== null && state.library !== null) sweep(draft, behind);
      const again = repeatedKey(incoming.key);
      if (again !== null) repeatRequest(draft, again);
      break;
    }
  }
  return draft.effects;
}

function handleMessage(draft: TurnDraft, envelope: Envelope<EngineMessage>): void {
  const { body } = envelope;
  const asker = askerOf(envelope);
  switch (body.kind) {
    case "makeLibrary":
    case "setLimit":
    case "trustClock":
    case "sweep":
      return handleLibraryCommand(draft, asker, body);
    case "makeAlbum":
    case "renameAlbum":
    case "shareAlbum":
    case "arrangeAlbum":
    case "deleteAlbum":
    case "addEntry":
    case "removeEntry":
    case "moveEntry":
      if (changeFolder(draft, asker, body)) return;
      return handleAlbumCommand(draft, asker, body);
    case "recordFiles":
    case "syncFolder":
    case "mendLinks":
    case "changeMetadata":
    case "setFavorite":
    case "markNotDuplicates":
    case "recordEmbeddings":
      handleFileCommand(draft, asker, body);
      return announceNewFiles(draft);
    case "offerUpload":
    case "commitUpload":
    case "abandonUpload":
      handleUploadCommand(draft, asker, body);
      return announceNewFiles(draft);
    case "trashFiles":
    case "restore":
    case "deleteForGood":
    case "emptyTrash":
      return handleTrashCommand(draft, asker, body);
    case "requestPlan":
    case "requestExactPlan":
    case "confirmPlan":
    case "discardPlan":
    case "undoPlan":
    case "reportItem":
      return handlePlanCommand(draft, asker, body);
    case "registerDevice":
    case "requestReceipts":
    case "reportRemovals":
      return handleDeviceCommand(draft, asker, body);
    case "readStorage":
    case "readPlan":
    case "readFile":
    case "readTrash":
    case "proposeDecisions":
      return handleQuery(draft, asker, body);
    default:
      return handleReport(draft, envelope);
  }
}

function handleReport(draft: TurnDraft, envelope: Envelope<EngineMessage>): void {
  const { body } = envelope;
  switch (body.kind) {
    case "takeWork":
      return handOutWork(draft, envelope.from, body);
    case "filesHashed":
      return takeHashes(draft, body);
    case "contentsEmbedded":
      return takeEmbeddings(draft, body);
    case "tracesFound":
      return takeTraces(draft, body);
    case "embeddingsLost":
      return takeLostEmbeddings(draft, body);
    case "pullChanges":
      return tellChanges(draft, envelope.from, body);
    case "planDrafted":
      return takeDraft(draft, body);
    case "applyItem":
      return handleApplyItem(draft, body);
    case "continueUndo":
      return continueUndo(draft, body);
    default:
      // Not for the librarian: a message of another actor went astray.
      draft.warn("UNEXPECTED_MESSAGE", `${body.kind} from ${envelope.from}`);
  }
}

function handleCompletion(draft: TurnDraft, key: string, outcome: Outcome<unknown>): void {
  const verified = parseVerifyKey(key);
  if (verified !== null) return handleVerified(draft, { key: verified, outcome });
  const carried = parseCarryKey(key);
  if (carried !== null) return handleCarriedOut(draft, { key: carried, outcome });
  const undone = parseUndoKey(key);
  if (undone !== null) return handleNamesBack(draft, { key: undone, outcome });
  const moved = parseMoveKey(key);
  if (moved !== null) return handleMoved(draft, { ...moved, outcome });
  const mended = placeOfKey("mend", key);
  if (mended !== null) return handleMended(draft, { ...mended, outcome });
  const entry = placeOfKey("entry", key);
  if (entry !== null) return handleEntryChanged(draft, { ...entry, outcome });
  const [topic, subject, cause] = key.split("/");
  if (topic === "purge" && (cause === "age" || cause === "user")) {
    return handlePurgeCheck(draft, { sequence: Number(subject), cause, outcome });
  }
  if (topic === "remove") return handleRemoved(draft, key.slice("remove/".length), outcome);
}

/** Asks the folder again for what it did not answer well. */
function repeatRequest(draft: TurnDraft, key: string): void {
  const carried = parseCarryKey(key);
  if (carried !== null) return repeatCarryOut(draft, carried);
  const undone = parseUndoKey(key);
  if (undone !== null) return repeatNames(draft, undone);
  const moved = parseMoveKey(key);
  if (moved !== null) return repeatMove(draft, moved);
  const mended = placeOfKey("mend", key);
  if (mended !== null) return repeatMend(draft, mended);
  const entry = placeOfKey("entry", key);
  if (entry !== null) return repeatEntry(draft, entry);
  const read = parseVerifyKey(key);
  if (read !== null) return repeatRead(draft, read);
  if (key.startsWith("remove/")) repeatRemoval(draft, key);
}

/** Notes that an object is gone; a failed removal is asked for again until it succeeds. */
function handleRemoved(draft: TurnDraft, name: string, outcome: Outcome<unknown>): void {
  const object = identifier<Parameters<LibraryState["awaitingRemoval"]["get"]>[0]>(name);
  if (!draft.state.awaitingRemoval.has(object)) return;
  if (outcome.kind === "done" || outcome.error === "missing" || outcome.error === "gone") {
    return draft.emit({ kind: "objectRemoved", object });
  }
  askAgain(draft, `remove/${name}`);
}

function repeatRemoval(draft: TurnDraft, key: string): void {
  const name = key.slice("remove/".length);
  const object = identifier<Parameters<LibraryState["awaitingRemoval"]["get"]>[0]>(name);
  const sizeBytes = draft.state.awaitingRemoval.get(object);
  if (sizeBytes !== undefined) requestRemoval(draft, { role: "original", name: object, sizeBytes });
}

function handleLibraryCommand(draft: TurnDraft, asker: Asker, command: LibraryCommand): void {
  const { state } = draft;
  if (command.kind === "makeLibrary") return makeLibrary(draft, asker, command);
  if (state.library === null) return draft.refuse(asker, "UNKNOWN_LIBRARY", "Make it first");
  if (command.kind === "setLimit") {
    if (!Number.isSafeInteger(command.limitBytes) || command.limitBytes < 0) {
      return draft.refuse(asker, "INVALID", `Limit must be bytes: got ${command.limitBytes}`);
    }
    draft.emit({ kind: "limitSet", limitBytes: command.limitBytes });
  } else if (command.kind === "sweep") sweep(draft, 0);
  else draft.emitTrustedClock();
  draft.reply(asker, { kind: "accepted" });
}

function makeLibrary(
  draft: TurnDraft,
  asker: Asker,
  command: LibraryCommand & { kind: "makeLibrary" },
): void {
  const { state } = draft;
  if (state.library !== null) {
    if (state.library === command.library) return draft.reply(asker, { kind: "accepted" });
    return draft.refuse(asker, "LIBRARY_EXISTS", state.library);
  }
  invariant(command.favorites !== command.uncategorized, "ALBUM_TWICE", command.favorites);
  draft.emit({
    kind: "libraryMade",
    library: command.library,
    libraryKind: command.libraryKind,
    owner: command.owner,
    limitBytes: command.limitBytes,
  });
  const common = { owner: command.owner, visibleToOthers: false, mayAdd: true } as const;
  draft.emit({
    kind: "albumMade",
    album: command.favorites,
    albumKind: "favorites",
    name: "Favorites",
    ...common,
  });
  draft.emit({
    kind: "albumMade",
    album: command.uncategorized,
    albumKind: "uncategorized",
    name: "Uncategorized",
    ...common,
  });
  draft.emitClock();
  draft.timer(SWEEP_TIMER, SWEEP_INTERVAL_MS);
  draft.reply(asker, { kind: "accepted" });
}

/** Tells an idle hashing worker of the first file that waits. */
function announceNewFiles(draft: TurnDraft): void {
  if (draft.state.toHash.size > 0 || draft.state.libraryKind === "catalog") return;
  const added = draft.effects.some((effect) =>
    effect.kind === "append" &&
    (effect.event.kind === "fileAdded" || effect.event.kind === "fileEdited")
  );
  if (added) announceWork(draft, "hash");
}
