// All Chinese messages. The keys of this file are the keys there are: English has to have the same ones.
import admin from "./zh-CN/admin.json";
import agent from "./zh-CN/agent.json";
import app from "./zh-CN/app.json";
import customers from "./zh-CN/customers.json";
import dialplan from "./zh-CN/dialplan.json";
import lines from "./zh-CN/lines.json";
import login from "./zh-CN/login.json";
import office from "./zh-CN/office.json";
import phone from "./zh-CN/phone.json";
import quality from "./zh-CN/quality.json";
import queues from "./zh-CN/queues.json";
import routing from "./zh-CN/routing.json";
import speech from "./zh-CN/speech.json";
import supervisor from "./zh-CN/supervisor.json";
import words from "./zh-CN/words.json";

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
