import { describe, expect, it } from "vitest";
import { cleanName, nameIsFine, parseLook } from "./look.ts";

describe("names", () => {
  it("lose what would harm others' screens", () => {
    expect(cleanName("  Ada \n\t Lovelace\u202e ")).toBe("Ada Lovelace");
    expect(cleanName("\u0000\u200b")).toBe("");
  });

  it("are cut by whole characters", () => {
    const name = cleanName("👩".repeat(40));
    expect([...name]).toHaveLength(24);
    expect(name.endsWith("👩")).toBe(true);
  });

  it("need two characters", () => {
    expect(nameIsFine(" A ")).toBe(false);
    expect(nameIsFine("Al")).toBe(true);
  });
});

describe("the stored look", () => {
  it("comes back as it was", () => {
    const look = { name: "Ada", shape: 2, tint: 7 };
    expect(parseLook(JSON.stringify(look))).toEqual(look);
  });

  it("is ignored when it is out of range or broken", () => {
    const bad = [null, "", "{", "null", "[]", '{"name":"Ada","shape":3,"tint":0}', '{"name":"Ada","shape":0.5,"tint":0}',
      '{"name":"","shape":0,"tint":0}', '{"name":"Ada","shape":0,"tint":8}', '{"name":"Ada","shape":"0","tint":1}'];
    for (const text of bad) expect(parseLook(text)).toBeNull();
  });
});
