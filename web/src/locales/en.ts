// All English messages.
import admin from "./en/admin.json";
import agent from "./en/agent.json";
import app from "./en/app.json";
import customers from "./en/customers.json";
import dialplan from "./en/dialplan.json";
import lines from "./en/lines.json";
import login from "./en/login.json";
import office from "./en/office.json";
import phone from "./en/phone.json";
import quality from "./en/quality.json";
import queues from "./en/queues.json";
import routing from "./en/routing.json";
import speech from "./en/speech.json";
import supervisor from "./en/supervisor.json";
import words from "./en/words.json";

export default {
  ...admin,
  ...agent,
  ...app,
  ...customers,
  ...dialplan,
  ...lines,
  ...login,
  ...office,
  ...phone,
  ...quality,
  ...queues,
  ...routing,
  ...speech,
  ...supervisor,
  ...words,
};
