import type { DataReport } from "../../generated/messages";

/** Some training examples, as they were found. */
export function Examples({ among }: { among: DataReport["report"]["examples"] }) {
  if (!among.length) return null;
  return (
    <section class="part" aria-label="Examples">
      <header>
        <h2>Some of them</h2>
        <p class="small quiet">from the training part, as they were found</p>
      </header>
      <div class={among.some(({ picture }) => picture) ? "some pictured" : "some"}>
        {among.map(({ place, label, cells, picture }) => (
          <figure key={place} class="card">
            {picture ? <img src={picture} alt={label} /> : null}
            <figcaption>
              <strong>{label}</strong> <span class="small quiet">{place}</span>
            </figcaption>
            {Object.entries(cells)
              .slice(0, 8)
              .map(([name, said]) => (
                <p key={name} class="small">
                  <span class="quiet">{name}</span> {said}
                </p>
              ))}
          </figure>
        ))}
      </div>
    </section>
  );
}
