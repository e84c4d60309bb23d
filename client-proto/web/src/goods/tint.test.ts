import { Group, Mesh, MeshStandardMaterial } from "three";
import { describe, expect, it } from "vitest";
import { tint } from "./tint.ts";

describe("a piece in the chosen colour", () => {
  it("dyes the cloth, leaves the buttons, and does not touch the model that others show", () => {
    const cloth = new MeshStandardMaterial({ color: "#112233" });
    cloth.userData = { tintable: true };
    const horn = new MeshStandardMaterial({ color: "#000000" });
    const piece = new Group();
    piece.add(new Mesh(undefined, cloth), new Mesh(undefined, horn));
    const shown = piece.clone(true);
    tint(shown, "#a07a52");
    const colours = (group: Group): string[] => group.children.map((part) => ((part as Mesh).material as MeshStandardMaterial).color.getHexString());
    expect(colours(shown)).toEqual(["a07a52", "000000"]);
    expect(colours(piece)).toEqual(["112233", "000000"]);
  });

  it("stays as it is when its variant has no colour", () => {
    const cloth = new MeshStandardMaterial();
    cloth.userData = { tintable: true };
    const mesh = new Mesh(undefined, cloth);
    tint(mesh, null);
    expect(mesh.material).toBe(cloth);
  });
});
