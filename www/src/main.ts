import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/shell.css";
import "./styles/quote.css";
import "./styles/lines.css";
import "./styles/rail.css";
import "./styles/records.css";
import "./app.js";
