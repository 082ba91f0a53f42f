import type { AlbumPrecondition, PlanItem } from "../library/plan.ts";
import {
  certified,
  distanceOf,
  type GoodPlan,
  inAlbums,
  inItems,
  isIn,
  keptOf,
  nearestTo,
  type PlanBug,
  represented,
} from "./plan_bug.ts";

/** Mistakes in items. */
export const ITEM_BUGS: readonly PlanBug[] = [
  {
    name: "adds every kept member to an album, not one",
    code: "PRECONDITION_WRONG",
    plant: inItems((item, good) => {
      const extra = item.albums.flatMap((precondition) =>
        keptOf(good, item)
          .filter(({ id }) => !isIn(good, id, precondition.album))
          .map((file) => represented(precondition, file))
          .filter((other) => other !== precondition)
      );
      return extra.length === 0 ? item : { ...item, albums: [...item.albums, ...extra] };
    }),
  },
  {
    name: "repairs one album for each file",
    code: "PRECONDITION_MISSING",
    plant: inItems((item) =>
      item.albums.length < 2 ? item : { ...item, albums: item.albums.slice(0, 1) }
    ),
  },
  {
    name: "repairs no album",
    code: "PRECONDITION_MISSING",
    plant: inItems((item) => item.albums.length === 0 ? item : { ...item, albums: [] }),
  },
  {
    name: "takes alike for the same picture",
    code: "SAMENESS_WRONG",
    plant: inItems((item) =>
      item.same === undefined && item.keeperHash !== item.contentHash
        ? { ...item, same: "pixels" as const }
        : item
    ),
  },
  {
    name: "does not say that a picture is the same",
    code: "SAMENESS_WRONG",
    plant: inItems(({ same: _same, ...item }) => item),
  },
  {
    name: "takes equal pixels for equal data",
    code: "SAMENESS_WRONG",
    plant: inItems((item) => item.same === "pixels" ? { ...item, same: "imageData" } : item),
  },
  {
    name: "leaves behind what was said of the same picture",
    code: "METADATA_WRONG",
    plant: inItems((item) =>
      item.same === undefined || item.merge === null ? item : { ...item, merge: null, lost: [] }
    ),
  },
  {
    name: "lets a removed file stand in",
    code: "PRECONDITION_WRONG",
    plant: inAlbums((precondition, good) => {
      const other = good.plan.items.find(({ file }) => file !== precondition.representative);
      return represented(precondition, good.facts.files.find(({ id }) => id === other?.file));
    }),
  },
  {
    name: "lets a member stand in that is not the closest",
    code: "STAND_IN_NOT_CLOSEST",
    plant: inAlbums((precondition, good) => {
      if (isIn(good, precondition.representative, precondition.album)) return precondition;
      const item = good.plan.items.find(({ scene }) => scene === precondition.scene);
      const scene = good.plan.scenes.find(({ id }) => id === precondition.scene);
      if (item === undefined || scene?.tier === "exact") return precondition;
      const own = nearestTo(good, precondition, precondition.representative);
      const farther = keptOf(good, item).filter(({ id, contentHash }) =>
        nearestTo(good, precondition, id) > own &&
        contentHash !== precondition.representativeHash &&
        nearestTo(good, precondition, id) < Number.POSITIVE_INFINITY
      );
      return represented(precondition, farther.at(-1));
    }),
  },
  {
    name: "adds a member where another one is already",
    code: "STAND_IN_NEEDLESS",
    plant: inAlbums((precondition, good) => {
      if (!isIn(good, precondition.representative, precondition.album)) return precondition;
      if (!precondition.mayAdd) return precondition;
      const item = good.plan.items.find(({ scene }) => scene === precondition.scene);
      const others = item === undefined ? [] : keptOf(good, item);
      return represented(
        precondition,
        others.find(({ id }) => !isIn(good, id, precondition.album)),
      );
    }),
  },
  {
    name: "takes the keeper that comes first, not the closest",
    code: "DISTANCE_WRONG",
    plant: inItems((item, good) => {
      const [first] = keptOf(good, item);
      const scene = good.plan.scenes.find(({ id }) => id === item.scene);
      if (scene?.tier === "exact" || first === undefined || first.contentHash === null) return item;
      if (first.id === item.keeper || first.contentHash === item.keeperHash) return item;
      const distance = distanceOf(good, item, first.id);
      if (distance === undefined || distance <= item.distance) return item;
      return {
        ...item,
        keeper: first.id,
        keeperVersion: first.version,
        keeperHash: first.contentHash,
        distance,
      };
    }),
  },
  {
    name: "states another distance",
    code: "DISTANCE_WRONG",
    plant: inItems((item) => ({ ...item, distance: item.distance + 1 }), true),
  },
  {
    name: "forgets an object of the file",
    code: "BYTES_WRONG",
    plant: inItems(
      (item) => item.bytesToTrash === 0 ? item : { ...item, bytesToTrash: item.bytesToTrash - 1 },
      true,
    ),
  },
  {
    name: "drops the merge of metadata",
    code: "LOSS_UNLISTED",
    plant: ({ plan, facts }) => {
      const says = (item: PlanItem): boolean => {
        const { before, after } = item.merge ?? {};
        return JSON.stringify([before?.caption, before?.tags, before?.editedName]) !==
          JSON.stringify([after?.caption, after?.tags, after?.editedName]);
      };
      if (!plan.items.some(says)) return null;
      const items = plan.items.map((item) => says(item) ? { ...item, merge: null } : item);
      return certified({ plan, facts } as GoodPlan, { ...plan, items });
    },
  },
  {
    name: "forgets that the copy was a favourite",
    code: "FAVORITE_LOST",
    plant: inItems((item) =>
      item.merge?.becomesFavorite !== true
        ? item
        : { ...item, merge: { ...item.merge, becomesFavorite: false } }
    ),
  },
  {
    name: "moves text into a file that others see",
    code: "TEXT_EXPOSED",
    plant: inItems((item, good) => {
      const caption = good.facts.files.find(({ id }) => id === item.file)?.metadata.caption ?? "";
      if (item.merge?.textWithheld !== true || item.merge.before.caption.includes(caption)) {
        return item;
      }
      const { before, after } = item.merge;
      const merged = { ...after, caption: `${before.caption}\n${caption}` };
      return { ...item, merge: { ...item.merge, after: merged, textWithheld: false } };
    }),
  },
  {
    name: "lists no loss",
    code: "LOSS_UNLISTED",
    plant: inItems((item) => item.lost.length === 0 ? item : { ...item, lost: [] }),
  },
  {
    name: "does not say that what the camera wrote is lost",
    code: "LOSS_UNLISTED",
    plant: inItems((item) => ({
      ...item,
      lost: item.lost.filter((line) => !line.startsWith("camera's data")),
    })),
  },
  {
    name: "does not say that it publishes",
    code: "PUBLISHED_WITHOUT_CONSENT",
    plant: inAlbums((precondition) =>
      precondition.publishes ? { ...precondition, publishes: false } : precondition
    ),
  },
  {
    name: "allows to add where nothing may be added",
    code: "STAND_IN_FORBIDDEN",
    plant: inAlbums((precondition) =>
      precondition.mayAdd ? precondition : { ...precondition, mayAdd: true }
    ),
  },
  {
    name: "forbids to add what is missing",
    code: "PRECONDITION_WRONG",
    plant: inAlbums((precondition, good) =>
      isIn(good, precondition.representative, precondition.album)
        ? precondition
        : { ...precondition, mayAdd: false }
    ),
  },
  {
    name: "expects other content of the representative",
    code: "PRECONDITION_WRONG",
    plant: inAlbums((precondition) => ({
      ...precondition,
      representativeHash: `${precondition.representativeHash}?` as AlbumPrecondition[
        "representativeHash"
      ],
    })),
  },
  {
    name: "expects an older version of the file",
    code: "FILE_STALE",
    plant: inItems((item) => ({ ...item, version: item.version - 1 }), true),
  },
  {
    name: "expects an older version of the keeper",
    code: "KEEPER_UNFIT",
    plant: inItems((item) => ({ ...item, keeperVersion: item.keeperVersion - 1 }), true),
  },
  {
    name: "deletes the keeper too",
    code: "KEEPER_UNFIT",
    plant: (good) => {
      const [first] = good.plan.items;
      const keeper = good.facts.files.find(({ id }) => id === first?.keeper);
      if (first === undefined || keeper === undefined || keeper.contentHash === null) return null;
      const items = [...good.plan.items, {
        ...first,
        index: good.plan.items.length,
        file: keeper.id,
        contentHash: keeper.contentHash,
        version: keeper.version,
        bytesToTrash: first.action === "trashFile" ? keeper.sizeBytes : 0,
        companions: [],
      }];
      return certified(good, { ...good.plan, items });
    },
  },
  {
    name: "removes the last entry without trashing the file",
    code: "ACTION_WRONG",
    plant: inItems((item, { plan }) =>
      item.action === "removeEntry" || plan.scope.kind === "library" ? item : {
        ...item,
        action: "removeEntry",
        fromAlbum: plan.scope.album,
        bytesToTrash: 0,
      }
    ),
  },
  {
    name: "trashes a file that lives on in other albums",
    code: "ACTION_WRONG",
    plant: inItems((item, { facts }) =>
      item.action === "trashFile" ? item : {
        ...item,
        action: "trashFile",
        fromAlbum: null,
        bytesToTrash: facts.files.find(({ id }) => id === item.file)?.sizeBytes ?? 0,
      }
    ),
  },
  {
    name: "forgets that files are one shot",
    code: "SHOT_TORN",
    plant: inItems((item) => item.companions.length === 0 ? item : { ...item, companions: [] }),
  },
  {
    name: "tears a shot",
    code: "SHOT_TORN",
    plant: (good) => {
      const torn = good.plan.items.find(({ companions }) => companions.length > 0);
      if (torn === undefined) return null;
      const items = good.plan.items.filter((item) => item !== torn)
        .map((item, index) => ({ ...item, index, companions: [] }));
      return certified(good, { ...good.plan, items });
    },
  },
  {
    name: "keeps silently what the user wanted to go",
    code: "CHOICE_IGNORED",
    plant: (good) => {
      const items = good.plan.items.slice(1).map((item, index) => ({ ...item, index }));
      return certified(good, { ...good.plan, items });
    },
  },
  {
    name: "does not report what stays",
    code: "CHOICE_IGNORED",
    plant: ({ plan }) => plan.keptInstead.length === 0 ? null : { ...plan, keptInstead: [] },
  },
];
