interface Props {
  readonly label: string;
  readonly isOn: boolean;
  readonly onChange: (isOn: boolean) => void;
}

/** Turns something on and off. */
export function Switch({ label, isOn, onChange }: Props) {
  return (
    <button type="button" class="switch" role="switch" aria-checked={isOn} onClick={() => onChange(!isOn)}>
      <i />
      <span>{label}</span>
      <b>{isOn ? "on" : "off"}</b>
    </button>
  );
}
