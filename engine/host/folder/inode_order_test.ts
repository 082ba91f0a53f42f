import { assertEquals } from "@std/assert";
import { inodeOrder } from "./inode_order.ts";

Deno.test({
  name: "inodeOrder() goes by device and inode, and keeps the order of equal ones",
  permissions: "none",
  fn: () => {
    const small = [7, 3, 3, 9, 0].map((inode) => ({ device: 1, inode }));
    const devices = [[2, 1], [1, 9], [1, 4]].map(([device = 0, inode = 0]) => ({ device, inode }));
    const large = [2 ** 52, 5, 2 ** 52 - 2].map((inode) => ({ device: 1, inode }));
    const order = (entries: { device: number; inode: number }[]): number[] => [
      ...inodeOrder(entries.length, (place) => entries[place]),
    ];
    assertEquals(order(small), [4, 1, 2, 0, 3]);
    assertEquals(order(devices), [2, 1, 0]);
    assertEquals(order(large), [1, 2, 0]);
    assertEquals(order([]), []);
  },
});
