import type { Frame, Responses } from "../generated/messages";
import table from "../generated/table.json";

export type RequestType = keyof Responses;

/** The part of JSON Schema that the server's messages are written in. */
export interface Schema {
  readonly $ref?: string;
  readonly anyOf?: readonly Schema[];
  readonly enum?: readonly unknown[];
  readonly type?: "object" | "array" | "string" | "number" | "integer" | "boolean" | "null";
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: Schema | boolean;
  readonly items?: Schema;
}

const definitions = table as unknown as Readonly<Record<string, Schema>>;
const PREFIX = "#/$defs/";

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null && !Array.isArray(value);

function hasType(value: unknown, type: NonNullable<Schema["type"]>): boolean {
  if (type === "object") return isObject(value);
  if (type === "array") return Array.isArray(value);
  if (type === "null") return value === null;
  if (type === "integer") return Number.isInteger(value);
  return typeof value === type;
}

/** Return where a value is not as a schema says, as "/layers/3/shape: ..."; null where all of it is. */
export function fault(value: unknown, schema: Schema, among = definitions, where = ""): string | null {
  if (schema.$ref !== undefined) return fault(value, among[schema.$ref.slice(PREFIX.length)] ?? {}, among, where);
  if (schema.anyOf) {
    const faults = schema.anyOf.map((one) => fault(value, one, among, where));
    return faults.includes(null) ? null : (faults[0] ?? null);
  }
  if (schema.enum && !schema.enum.includes(value))
    return `${where}: must be one of ${schema.enum.join(", ")}. Got ${JSON.stringify(value)} instead.`;
  if (schema.type && !hasType(value, schema.type)) return `${where}: must be of type ${schema.type}. Got ${JSON.stringify(value)} instead.`;
  if (Array.isArray(value) && schema.items)
    return first(value.map((item, i) => fault(item, schema.items as Schema, among, `${where}/${i}`)));
  return isObject(value) ? faultOfFields(value, schema, among, where) : null;
}

const first = (faults: readonly (string | null)[]): string | null => faults.find((one) => one !== null) ?? null;

function faultOfFields(value: Record<string, unknown>, schema: Schema, among: typeof definitions, where: string): string | null {
  const missing = schema.required?.find((name) => !(name in value));
  if (missing !== undefined) return `${where}: must have the field ${missing}.`;
  const others = typeof schema.additionalProperties === "object" ? schema.additionalProperties : undefined;
  return first(
    Object.entries(value).map(([name, field]) => {
      const known = schema.properties?.[name] ?? others;
      return known ? fault(field, known, among, `${where}/${name}`) : null;
    }),
  );
}

const frames = new Map(
  (definitions.Frame?.anyOf ?? []).map((one) => {
    const schema = definitions[(one.$ref ?? "").slice(PREFIX.length)] as Schema;
    return [schema.properties?.type?.enum?.[0], schema];
  }),
);

/**
 * Return what arrived as a message of the server. Throws where it is none, or a response that does not fit its request.
 *
 * `typeOf` gives the type of the request of a number; the response to one that nobody waits for is not looked at.
 */
export function checked(value: unknown, typeOf: (id: number) => RequestType | undefined): Frame {
  const schema = isObject(value) ? frames.get(value.type) : undefined;
  if (!schema) throw new TypeError(`The server sent a message of no known type: ${JSON.stringify(value).slice(0, 200)}.`);
  const found = fault(value, schema);
  const frame = value as Frame;
  if (found) throw new TypeError(`The server's message ${frame.type} is not as it should be, at ${found}`);
  const asked = frame.type === "response" ? typeOf(frame.id) : undefined;
  const body = asked && fault((frame as { body?: unknown }).body, definitions.Responses?.properties?.[asked] ?? {});
  if (body) throw new TypeError(`The server's response to ${asked} is not as it should be, at ${body}`);
  return frame;
}
