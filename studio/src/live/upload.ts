import type { UploadList } from "../generated/messages";
import { checked } from "./check";
import { Refusal, welcome } from "./connection";

/** Give the server a file. Rejects with a `Refusal` that says what is wrong with it. */
export async function upload(file: File): Promise<UploadList> {
  const most = welcome.peek()?.upload_bytes ?? 0;
  if (file.size > most)
    throw new Refusal(`A file may have ${Math.floor(most / 1e6)} MB. ${file.name} has ${Math.ceil(file.size / 1e6)} MB.`);
  const response = await fetch(`upload?name=${encodeURIComponent(file.name)}`, { method: "POST", body: file });
  const answer = checked(await response.json(), () => "list_uploads");
  if (answer.type === "response") return answer.body as UploadList;
  throw new Refusal(answer.type === "failed" ? answer.message : `The server did not take ${file.name}.`);
}
