import { AcknowledgementChecker } from "./acknowledgement_checker.ts";
import { AlbumContentChecker } from "./album_content_checker.ts";
import { AlbumEntryChecker } from "./album_entry_checker.ts";
import { AlbumSceneChecker } from "./album_scene_checker.ts";
import { BarrierChecker } from "./barrier_checker.ts";
import { ByteConservationChecker } from "./byte_conservation_checker.ts";
import { DeviceChecker } from "./device_checker.ts";
import { IdempotenceChecker } from "./idempotence_checker.ts";
import { LastCopyChecker } from "./last_copy_checker.ts";
import { ObjectChecker } from "./object_checker.ts";
import { PhotoWatch } from "./photo_watch.ts";
import { type DigestsOf, SceneChecker, type TierLimits } from "./scene_checker.ts";
import type { KnownDistance, VectorOf } from "./grouping_truth.ts";
import { QuotaChecker } from "./quota_checker.ts";
import { SettlementChecker } from "./settlement_checker.ts";
import { TrashTimeChecker } from "./trash_time_checker.ts";
import { UndoChecker } from "./undo_checker.ts";

/** A checker for every promise, over one model. */
export function photoCheckers(
  options: {
    quietFromMs: number;
    openAssets: () => readonly string[];
    limits: TierLimits;
    vectorOf: VectorOf;
    knownDistance: KnownDistance;
    digestsOf: DigestsOf;
    /** @default true */
    seesObjects?: boolean;
  },
): PhotoWatch {
  const scenes = new AlbumSceneChecker();
  const watch: PhotoWatch = new PhotoWatch([
    scenes,
    new AlbumContentChecker(),
    new AlbumEntryChecker(),
    new QuotaChecker(),
    new ByteConservationChecker(),
    new LastCopyChecker(),
    new AcknowledgementChecker(),
    new ObjectChecker(),
    new DeviceChecker(),
    new BarrierChecker(),
    new SceneChecker(options),
    new IdempotenceChecker(),
    new UndoChecker((entry) => scenes.restsOn(entry, watch.shadow)),
    new TrashTimeChecker(),
    new SettlementChecker(options),
  ], { seesObjects: options.seesObjects ?? true });
  return watch;
}
