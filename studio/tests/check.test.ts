import Ajv from "ajv/dist/2020";
import { describe, expect, it } from "vitest";
import table from "../src/generated/table.json";
import { checked, fault, type Schema } from "../src/live/check";

const definitions = table as unknown as Record<string, Schema>;
const ajv = new Ajv({ strict: false });
ajv.addSchema({ $id: "messages", $defs: table });

/** A stream of numbers that depends on a seed alone (Park and Miller, 1988). */
function* random(seed: number): Generator<number> {
  for (let now = seed; ; ) {
    now = (now * 48271) % 2147483647;
    yield now / 2147483647;
  }
}

/** Make up a value that a schema allows, or, now and then, one that it does not. */
function make(schema: Schema, next: () => number, spoil: number, depth = 0): unknown {
  if (next() < spoil) return [null, 3, -1.5, "x", true, [], {}, ["a"], { a: 1 }][Math.floor(next() * 9)];
  if (schema.$ref) return make(definitions[schema.$ref.slice(8)] as Schema, next, spoil, depth + 1);
  if (schema.anyOf) return make(schema.anyOf[Math.floor(next() * schema.anyOf.length)] as Schema, next, spoil, depth);
  if (schema.enum) return schema.enum[Math.floor(next() * schema.enum.length)];
  if (schema.type === "array")
    return Array.from({ length: depth > 6 ? 0 : Math.floor(next() * 3) }, () => make(schema.items ?? {}, next, spoil, depth + 1));
  if (schema.type === "object") {
    const fields = Object.entries(schema.properties ?? {}).filter(() => next() > spoil);
    const more = typeof schema.additionalProperties === "object" ? [["more", schema.additionalProperties] as const] : [];
    return Object.fromEntries([...fields, ...more].map(([name, one]) => [name, make(one, next, spoil, depth + 1)]));
  }
  return { string: "text", integer: 4, number: 0.5, boolean: false, null: null }[schema.type ?? "null"];
}

describe("the check of what the server sends", () => {
  it("is of Ajv's opinion on right and wrong messages of every type", () => {
    const responses = Object.values(definitions.Responses?.properties ?? {});
    const answers = [...(definitions.Frame?.anyOf ?? []), ...responses].map(({ $ref }) => ($ref ?? "").slice(8));
    const stream = random(11);
    const next = () => stream.next().value as number;
    const opinions = { right: 0, wrong: 0 };
    for (const name of answers) {
      const judge = ajv.compile({ $ref: `messages#/$defs/${name}` });
      for (let i = 0; i < 120; i++) {
        const value = make({ $ref: `#/$defs/${name}` }, next, i % 2 ? 0.02 : 0);
        const isRight = judge(value);
        expect(
          fault(value, definitions[name] as Schema) === null,
          `${name} ${JSON.stringify(value)}: ${ajv.errorsText(judge.errors)}`,
        ).toBe(isRight);
        opinions[isRight ? "right" : "wrong"]++;
      }
    }
    expect(opinions.right).toBeGreaterThan(1000);
    expect(opinions.wrong).toBeGreaterThan(200);
  });

  it("says where a message is wrong", () => {
    expect(() => checked({ type: "nonsense" }, () => undefined)).toThrow("no known type");
    expect(() => checked(null, () => undefined)).toThrow("no known type");
    expect(() => checked({ type: "failed", id: "1", message: "", layer: null, field: null, fault: false }, () => undefined)).toThrow(
      "/id: must be of type integer",
    );
    expect(() => checked({ type: "failed", id: 1, message: "", layer: null, field: null }, () => undefined)).toThrow(
      "must have the field fault",
    );
    expect(() => checked({ type: "response", id: 1, body: { uploads: 3 } }, () => "list_uploads")).toThrow(
      "response to list_uploads is not as it should be, at /uploads: must be of type array",
    );
    expect(checked({ type: "response", id: 1, body: { uploads: 3 } }, () => undefined)).toBeTruthy();
  });
});
