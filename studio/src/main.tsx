import { render } from "preact";
import { App } from "./App";
import { connect } from "./live/connection";
import { followMoment } from "./moment";
import { followRuns } from "./run";
import { followAddress } from "./state";
import { followTensors } from "./tensors";
import { followTheme } from "./theme/theme";
import "./theme/page.css";

followTheme();
followAddress();
followRuns();
followMoment();
followTensors();
connect();
render(<App />, document.getElementById("page") as HTMLElement);
