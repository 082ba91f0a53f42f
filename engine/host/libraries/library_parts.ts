import {
  type ActorDefinition,
  ALBUM_RECONCILER,
  ALBUM_RECONCILER_ACTOR,
  type EngineTypes,
  GROUPING,
  groupingActor,
  identifier,
  LIBRARIAN,
  type LibraryState,
  type ModelId,
} from "@scenekeep/engine/core";
import { hostActor, type HostedActor } from "../runtime/hosted_actor.ts";
import type { Ports } from "../runtime/ports.ts";
import { SYSTEM_CLOCK } from "../runtime/system_clock.ts";
import { CatalogObjects, CatalogVectors } from "./catalog_ports.ts";
import type { LibraryDescription } from "./library_description.ts";
import type { ServiceFile } from "./service_file.ts";

/** The actors that a library of this description needs. */
export function libraryActors(
  { model }: LibraryDescription,
  librarian: ActorDefinition<LibraryState, EngineTypes>,
): readonly HostedActor<EngineTypes>[] {
  const actors = [
    hostActor({ id: LIBRARIAN, definition: librarian }),
    hostActor({ id: ALBUM_RECONCILER, definition: ALBUM_RECONCILER_ACTOR }),
  ];
  if (model === null) return actors;
  const { dimensions, thresholds } = model;
  const grouping = groupingActor({
    model: { id: identifier<ModelId>(model.id), dimensions, thresholds },
  });
  return [...actors, hostActor({ id: GROUPING, definition: grouping })];
}

/** The outside world of a library of this description. */
export function libraryPorts(
  parts: {
    readonly description: LibraryDescription;
    readonly service: ServiceFile;
    readonly state: () => Readonly<LibraryState>;
  },
): Ports<EngineTypes> {
  return {
    clock: SYSTEM_CLOCK,
    objects: new CatalogObjects(parts.service, parts.state),
    compute: new CatalogVectors(parts.service),
  };
}
