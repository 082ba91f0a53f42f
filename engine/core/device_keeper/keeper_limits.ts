/** Items whose local bytes are read at the same time. A phone's storage is no faster with more. */
export const LOCAL_HASH_WINDOW_SIZE = 8;

/** Items that are uploaded at the same time: enough to fill a link, few enough to stay polite. */
export const UPLOAD_WINDOW_SIZE = 4;

/** Items that come back to the device at the same time. */
export const DOWNLOAD_WINDOW_SIZE = 4;

/** Items of one receipt request: all are read, allowed and removed well within one lease. */
export const RECEIPT_BATCH_SIZE = 64;

/** Receipts of one report. */
export const REPORT_BATCH_SIZE = 256;

/** How long an answer of the librarian may take before it is asked again: 30 seconds. */
export const LIBRARIAN_PATIENCE_MS: number = 30 * 1000;

/** Longest wait between two requests for the same: 15 minutes. */
export const LIBRARIAN_PATIENCE_MAX_MS: number = 15 * 60 * 1000;

/** Requests of one purpose whose answer is still understood, however late it comes. */
export const REQUESTS_REMEMBERED_MAX = 8;

/** First wait of items that could not be backed up, doubled while nothing succeeds: 1 minute. */
export const HOLD_FIRST_MS: number = 60 * 1000;

/** Longest wait of items that could not be backed up: 1 hour. */
export const HOLD_MAX_MS: number = 60 * 60 * 1000;

/**
 * Refusals for want of room after which no upload is begun before the held items are tried again. A
 * link needs no room, so one refusal does not speak for the next item; many in a row do.
 */
export const ROOM_REFUSALS_MAX = 16;

/** Failures of one revision, none for want of room, after which an invalid item is left out. */
export const INVALID_OFFERS_MAX = 3;

/** Requests to give up a reservation; unanswered, it expires by itself within a day. */
export const ABANDON_REQUESTS_MAX = 8;

/**
 * Requests for receipts before confirmed items are kept: some 45 minutes. Acting on a confirmation
 * hours later would surprise whoever gave it.
 */
export const RECEIPT_REQUESTS_MAX = 8;

/** Searches for an item that may be gone before it is reported as such, to be safe. */
export const SEARCHES_MAX = 8;

/** Pause between two such searches: 1 minute. */
export const SEARCH_PAUSE_MS: number = 60 * 1000;

/** Attempts to bring an item back before the user is told that it failed. */
export const DOWNLOAD_ATTEMPTS_MAX = 3;

/** Messages that may wait: a scan tells of thousands of items, in lists. */
export const KEEPER_MAILBOX_CAPACITY = 1024;

/** Left-out items of one `readBackup`. */
export const LEFT_OUT_PAGE_MAX = 1000;
