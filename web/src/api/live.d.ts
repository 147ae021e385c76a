// Made by `npm run schema` from the controller's own types. Do not edit.
export type paths = Record<string, never>;
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /**
         * AgentChanged
         * @description An agent is new, or different.
         */
        AgentChanged: {
            agent: components["schemas"]["LiveAgent"];
            /** @enum {unknown} */
            type: "agent_changed";
        };
        /**
         * AgentDay
         * @description What an agent did today. Seconds are of stretches that have ended: the present one is added by who shows it.
         *
         *         Attributes:
         *             calls: Connected with a customer.
         *             sales: Calls judged a success.
         *             handling_s: Average of talk and wrap-up for each call.
         */
        AgentDay: {
            calls: number;
            handling_s: number | null;
            idle_s: number;
            logged_in_s: number;
            paused_s: number;
            sales: number;
            talk_s: number;
            wrap_up_s: number;
        };
        /**
         * AgentGone
         * @description An agent is no longer to be seen.
         */
        AgentGone: {
            agent_id: string;
            /** @enum {unknown} */
            type: "agent_gone";
        };
        /**
         * AgentState
         * @description What an agent is doing; durations of these are what reports add up.
         * @enum {unknown}
         */
        AgentState: "available" | "calling" | "offline" | "paused" | "reserved" | "talking" | "wrap_up";
        /**
         * AlertGone
         * @description An alert is no longer to be seen.
         */
        AlertGone: {
            alert_id: string;
            /** @enum {unknown} */
            type: "alert_gone";
        };
        /**
         * AlertRaised
         * @description Something needs a person.
         */
        AlertRaised: {
            alert: components["schemas"]["LiveAlert"];
            /** @enum {unknown} */
            type: "alert_raised";
        };
        /**
         * CallChanged
         * @description A call was answered, or is different.
         */
        CallChanged: {
            call: components["schemas"]["LiveCall"];
            /** @enum {unknown} */
            type: "call_changed";
        };
        /**
         * CallGone
         * @description A call is over.
         */
        CallGone: {
            call_id: string;
            /** @enum {unknown} */
            type: "call_gone";
        };
        /**
         * CallState
         * @description Where a call is.
         *
         *         ANSWERED: not in our hands yet, or asked by keys. WAITING: answered by a person, no agent yet. DROPPING: the
         *         safe-harbour message plays.
         * @enum {unknown}
         */
        CallState: "answered" | "connected" | "dialling" | "dropping" | "early_media" | "ended" | "held" | "ringing" | "screening" | "waiting" | "wrap_up";
        /**
         * CampaignChanged
         * @description A campaign is new, or different.
         */
        CampaignChanged: {
            campaign: components["schemas"]["LiveCampaign"];
            /** @enum {unknown} */
            type: "campaign_changed";
        };
        /**
         * CampaignGone
         * @description A campaign is no longer to be seen.
         */
        CampaignGone: {
            campaign_id: string;
            /** @enum {unknown} */
            type: "campaign_gone";
        };
        /**
         * CampaignState
         * @description What the dial loop does with it.
         * @enum {unknown}
         */
        CampaignState: "draft" | "finished" | "paused" | "running";
        /**
         * Changes
         * @description Message number ``seq``: what happened since the one before.
         */
        Changes: {
            at: string;
            epoch: string;
            events: (components["schemas"]["SwitchChanged"] | components["schemas"]["AgentChanged"] | components["schemas"]["AgentGone"] | components["schemas"]["CampaignChanged"] | components["schemas"]["CampaignGone"] | components["schemas"]["QueueChanged"] | components["schemas"]["QueueGone"] | components["schemas"]["CallChanged"] | components["schemas"]["CallGone"] | components["schemas"]["FiguresChanged"] | components["schemas"]["MinutesChanged"] | components["schemas"]["AlertRaised"] | components["schemas"]["AlertGone"] | components["schemas"]["SupervisionChanged"] | components["schemas"]["SupervisionEnded"] | components["schemas"]["DeskAgentChanged"] | components["schemas"]["DeskCallChanged"] | components["schemas"]["DeskPreviewChanged"] | components["schemas"]["DeskCampaignChanged"] | components["schemas"]["DeskDayChanged"] | components["schemas"]["DeskSummaryChanged"] | components["schemas"]["LineHeard"] | components["schemas"]["LinesGone"] | components["schemas"]["HintShown"] | components["schemas"]["HintsGone"])[];
            seq: number;
            /** @enum {unknown} */
            type: "changes";
        };
        /**
         * Desk
         * @description One agent's own view.
         */
        Desk: {
            agent: components["schemas"]["DeskAgent"];
            call: components["schemas"]["DeskCall"] | null;
            campaign: components["schemas"]["DeskCampaign"] | null;
            day: components["schemas"]["AgentDay"];
            preview: components["schemas"]["DeskPreview"] | null;
            summary_of: string | null;
        };
        /**
         * DeskAgent
         * @description The agent at their own desk. ``next_state``: what follows the call under way, with its reason.
         */
        DeskAgent: {
            campaign_id: string | null;
            id: string;
            mode: components["schemas"]["PhoneMode"];
            name: string;
            next_reason: string;
            next_state: components["schemas"]["AgentState"] | null;
            phone: string;
            phone_up: boolean;
            reason: string;
            state: components["schemas"]["AgentState"];
            state_since: string;
            wrap_ends_at: string | null;
        };
        /**
         * DeskAgentChanged
         * @description The agent whose desk it is moved.
         */
        DeskAgentChanged: {
            agent: components["schemas"]["DeskAgent"];
            /** @enum {unknown} */
            type: "desk_agent_changed";
        };
        /**
         * DeskCall
         * @description The call an agent has, or is asked about, wrap-up included. ``zone``: of the customer, for promising a time.
         */
        DeskCall: {
            answered_at: string | null;
            attempts: number;
            callback_at: string | null;
            campaign_id: string | null;
            connected_at: string | null;
            consult: components["schemas"]["DeskConsult"] | null;
            customer: string;
            customer_id: string | null;
            dialled_at: string;
            direction: components["schemas"]["Direction"];
            disposition: string | null;
            held_s: number;
            hung_up_at: string | null;
            id: string;
            lead_id: string | null;
            note: string;
            number: string;
            recording: boolean;
            recording_paused: boolean;
            state: components["schemas"]["CallState"];
            state_since: string;
            tags: string[];
            zone: string | null;
        };
        /**
         * DeskCallChanged
         * @description The agent's call began, moved, or (None) is over.
         */
        DeskCallChanged: {
            call: components["schemas"]["DeskCall"] | null;
            /** @enum {unknown} */
            type: "desk_call_changed";
        };
        /**
         * DeskCampaign
         * @description The campaign an agent's work is for now, with the text to read out.
         */
        DeskCampaign: {
            id: string;
            mode: components["schemas"]["DialMode"];
            name: string;
            script: string;
            state: components["schemas"]["CampaignState"];
        };
        /**
         * DeskCampaignChanged
         * @description The agent's work is for another campaign, or it was edited.
         */
        DeskCampaignChanged: {
            campaign: components["schemas"]["DeskCampaign"] | null;
            /** @enum {unknown} */
            type: "desk_campaign_changed";
        };
        /**
         * DeskConsult
         * @description Who is asked about a call while the customer waits: ``to`` is a name, or a masked number.
         *
         *         Attributes:
         *             mine: Whether it is this agent who asks; False: a colleague, ``by``, asks this agent.
         *             joined: They hear each other; until then who is asked is being rung.
         *             together: The customer hears both: a conference.
         */
        DeskConsult: {
            by: string;
            joined: boolean;
            mine: boolean;
            to: string;
            together: boolean;
        };
        /**
         * DeskDayChanged
         * @description The agent's own figures are new.
         */
        DeskDayChanged: {
            day: components["schemas"]["AgentDay"];
            /** @enum {unknown} */
            type: "desk_day_changed";
        };
        /**
         * DeskPreview
         * @description The lead an agent is shown before it is dialled.
         */
        DeskPreview: {
            attempts: number;
            callback_at: string | null;
            campaign_id: string;
            customer: string;
            customer_id: string | null;
            last_attempt_at: string | null;
            last_outcome: string;
            lead_id: string;
            level: string;
            number: string;
            tags: string[];
            zone: string | null;
        };
        /**
         * DeskPreviewChanged
         * @description The agent is shown a lead, or (None) no longer.
         */
        DeskPreviewChanged: {
            preview: components["schemas"]["DeskPreview"] | null;
            /** @enum {unknown} */
            type: "desk_preview_changed";
        };
        /**
         * DeskSummaryChanged
         * @description A drafted summary waits for the agent, or (None) none does.
         */
        DeskSummaryChanged: {
            summary_of: string | null;
            /** @enum {unknown} */
            type: "desk_summary_changed";
        };
        /**
         * DialMode
         * @description How lines and agents are brought together.
         * @enum {unknown}
         */
        DialMode: "predictive" | "preview" | "progressive" | "ratio";
        /**
         * Direction
         * @description Who called whom.
         * @enum {unknown}
         */
        Direction: "inbound" | "outbound";
        /**
         * Figure
         * @description One figure of the strip; what it means stands in its definition.
         *
         *         Attributes:
         *             value: The figure itself.
         *             part: Its numerator, where it is a ratio.
         *             whole: Its denominator.
         *             limit: What it may be at most, or at least.
         *             since: Since when, for a figure that is a time that runs.
         *             campaign_id: Which campaign it is of, where it is the worst of several.
         */
        Figure: {
            campaign_id: string | null;
            limit: number | null;
            part: number | null;
            since: string | null;
            value: number | null;
            whole: number | null;
        };
        /**
         * FiguresChanged
         * @description These figures are new; ``gone`` are no longer shown, and all others are as they were.
         */
        FiguresChanged: {
            figures: {
                [key: string]: components["schemas"]["Figure"];
            };
            gone: string[];
            /** @enum {unknown} */
            type: "figures_changed";
        };
        /**
         * HintMark
         * @description What an agent says of a hint.
         * @enum {unknown}
         */
        HintMark: "dismissed" | "used";
        /**
         * HintsGone
         * @description These hints are no longer in sight.
         */
        HintsGone: {
            hint_ids: string[];
            /** @enum {unknown} */
            type: "hints_gone";
        };
        /**
         * HintShown
         * @description An answer is offered.
         */
        HintShown: {
            hint: components["schemas"]["LiveHint"];
            /** @enum {unknown} */
            type: "hint_shown";
        };
        /**
         * LineHeard
         * @description A side says, or said, this; or its words raised an alert.
         */
        LineHeard: {
            line: components["schemas"]["LiveLine"];
            /** @enum {unknown} */
            type: "line_heard";
        };
        /**
         * LinesGone
         * @description These lines are no longer in sight.
         */
        LinesGone: {
            line_ids: string[];
            /** @enum {unknown} */
            type: "lines_gone";
        };
        /**
         * LiveAgent
         * @description An agent on the wall. ``campaign_id``: of the call they have, else the one they work for; None: for any.
         */
        LiveAgent: {
            call_id: string | null;
            campaign_id: string | null;
            customer: string;
            day: components["schemas"]["AgentDay"];
            id: string;
            name: string;
            next_state: components["schemas"]["AgentState"] | null;
            number: string;
            reason: string;
            state: components["schemas"]["AgentState"];
            state_since: string;
            wrap_ends_at: string | null;
        };
        /**
         * LiveAlert
         * @description Something that needs a person; ``agent_id``: it is for this agent.
         */
        LiveAlert: {
            agent_id: string | null;
            at: string;
            call_id: string | null;
            code: string;
            id: string;
            text: string;
        };
        /**
         * LiveCall
         * @description A call that was answered and is not over; those that still ring are counted with their campaign.
         */
        LiveCall: {
            agent_id: string | null;
            campaign_id: string | null;
            customer: string;
            direction: components["schemas"]["Direction"];
            id: string;
            number: string;
            state: components["schemas"]["CallState"];
            state_since: string;
            waits_since: string | null;
        };
        /**
         * LiveCampaign
         * @description A campaign. What is counted is counted from the beginning of the day, as ``waihu report`` does.
         *
         *         Attributes:
         *             lines: Its calls under way.
         *             dialling: Of these, without an agent.
         *             ready: Agents who could take its next call.
         *             pace_ratio: Calls without an agent for each agent who is ready.
         *             left: Leads that may still be called.
         *             staged: Leads in its hopper.
         *             empties_in_s: How long ``left`` lasts at the rate of the last hour.
         */
        LiveCampaign: {
            attempts: number;
            connect_ratio: number | null;
            dialling: number;
            drops: components["schemas"]["LiveDrops"] | null;
            empties_in_s: number | null;
            id: string;
            left: number | null;
            lines: number;
            live_answers: number;
            mode: components["schemas"]["DialMode"];
            name: string;
            pace: components["schemas"]["Pace"];
            pace_ratio: number | null;
            ready: number;
            sales: number;
            staged: number;
            state: components["schemas"]["CampaignState"];
        };
        /**
         * LiveDrops
         * @description Abandoned calls in that window of the law in which the fewest more may be abandoned.
         */
        LiveDrops: {
            abandoned: number;
            limit_ratio: number;
            live_answers: number;
            ratio: number | null;
            window_s: number;
        };
        /**
         * LiveHint
         * @description An answer that is offered because of what the customer said.
         *
         *         ``next_step`` names a step of the script, ``disposition`` the code of a judgement that is proposed. ``mark``: what
         *         the agent said of it, null so far.
         */
        LiveHint: {
            answer: string;
            at: string;
            disposition: string;
            id: string;
            mark: components["schemas"]["HintMark"] | null;
            name: string;
            next_step: string;
            phrase: string;
        };
        /**
         * LiveLine
         * @description What one side of a call said, or (not ``final``) seems to be saying.
         *
         *         Attributes:
         *             id: ``customer-3``: the side, and the number of the utterance.
         *             severity: Of the gravest alert its words raised; ``kind`` and ``phrase`` say which words they were.
         */
        LiveLine: {
            at: string;
            final: boolean;
            id: string;
            kind: components["schemas"]["PhraseKind"] | null;
            phrase: string;
            severity: components["schemas"]["Severity"] | null;
            side: components["schemas"]["Side"];
            text: string;
        };
        /**
         * LiveMinute
         * @description What became, so far, of the calls that were dialled in one minute.
         */
        LiveMinute: {
            abandoned: number;
            answered: number;
            at: string;
            dialled: number;
        };
        /**
         * LiveQueue
         * @description A queue, and those who wait in it now. What is counted is counted from the beginning of the day.
         *
         *         Attributes:
         *             id: Its name, as rules and reports say it.
         *             open: Callers may wait in it now.
         *             waiting: Callers in it, those who hung up and keep their place left out.
         *             waits_since: Since when the one who waits longest does.
         *             able: Agents at work who take its callers; ``free`` of these could take one now.
         *             answered: Callers an agent spoke with; ``in_time`` of these within ``service_level_s``.
         *             abandoned: Callers who hung up, or were sent away, before an agent came.
         *             in_time_ratio: Those in time, of all who were answered or abandoned; ``wanted_ratio`` is the aim.
         */
        LiveQueue: {
            abandoned: number;
            able: number;
            answered: number;
            free: number;
            id: string;
            in_time: number;
            in_time_ratio: number | null;
            open: boolean;
            service_level_s: number;
            title: string;
            waiting: number;
            waits_since: string | null;
            wanted_ratio: number;
        };
        /**
         * LiveState
         * @description One picture. ``desk`` is only at a desk, ``lines`` and ``hints`` there and in the view of a call.
         */
        LiveState: {
            agents: {
                [key: string]: components["schemas"]["LiveAgent"];
            };
            alerts: {
                [key: string]: components["schemas"]["LiveAlert"];
            };
            calls: {
                [key: string]: components["schemas"]["LiveCall"];
            };
            campaigns: {
                [key: string]: components["schemas"]["LiveCampaign"];
            };
            desk: components["schemas"]["Desk"] | null;
            figures: {
                [key: string]: components["schemas"]["Figure"];
            };
            hints: {
                [key: string]: components["schemas"]["LiveHint"];
            };
            lines: {
                [key: string]: components["schemas"]["LiveLine"];
            };
            minutes: components["schemas"]["LiveMinute"][];
            queues: {
                [key: string]: components["schemas"]["LiveQueue"];
            };
            supervisions: {
                [key: string]: components["schemas"]["LiveSupervision"];
            };
            switch: components["schemas"]["LiveSwitch"];
        };
        /**
         * LiveSupervision
         * @description A supervisor who hears an agent.
         */
        LiveSupervision: {
            agent_id: string;
            id: string;
            mode: components["schemas"]["SpyMode"];
            since: string;
            state: components["schemas"]["SpyState"];
            supervisor: string;
        };
        /**
         * LiveSwitch
         * @description The connection to the exchange; ``since`` is None while it has not changed since the program began.
         */
        LiveSwitch: {
            reachable: boolean;
            reason: string;
            since: string | null;
        };
        /**
         * MinutesChanged
         * @description These minutes are new; earlier ones than ``first_at`` (None: all others) are forgotten.
         */
        MinutesChanged: {
            first_at: string | null;
            minutes: components["schemas"]["LiveMinute"][];
            /** @enum {unknown} */
            type: "minutes_changed";
        };
        /**
         * Pace
         * @description Why a campaign dials as it does: the pacer's last word, in two languages.
         */
        Pace: {
            at: string | null;
            en: string;
            limited_by: string;
            zh: string;
        };
        /**
         * PhoneMode
         * @description How calls reach the phone.
         * @enum {unknown}
         */
        PhoneMode: "nailed_up" | "on_hook";
        /**
         * PhraseKind
         * @description What a list of phrases is about.
         * @enum {unknown}
         */
        PhraseKind: "competitor" | "complaint" | "do_not_call" | "forbidden_promise" | "legal_threat" | "other" | "price" | "sentiment";
        /**
         * QueueChanged
         * @description A queue is new, or different.
         */
        QueueChanged: {
            queue: components["schemas"]["LiveQueue"];
            /** @enum {unknown} */
            type: "queue_changed";
        };
        /**
         * QueueGone
         * @description A queue is no longer to be seen.
         */
        QueueGone: {
            queue_id: string;
            /** @enum {unknown} */
            type: "queue_gone";
        };
        /**
         * Resumed
         * @description The client has, or now gets, everything up to ``seq``: no picture is sent anew.
         */
        Resumed: {
            at: string;
            epoch: string;
            seq: number;
            /** @enum {unknown} */
            type: "resumed";
        };
        /**
         * Severity
         * @description How much it matters.
         * @enum {unknown}
         */
        Severity: "note" | "urgent" | "warning";
        /**
         * Side
         * @description Who speaks. The agent's side is what the customer hears: announcements are on it too.
         * @enum {unknown}
         */
        Side: "agent" | "customer";
        /**
         * Snapshot
         * @description The whole picture as it is after message number ``seq``.
         */
        Snapshot: {
            at: string;
            epoch: string;
            seq: number;
            state: components["schemas"]["LiveState"];
            /** @enum {unknown} */
            type: "snapshot";
            view: string;
        };
        /**
         * SpyMode
         * @description Who hears the supervisor.
         * @enum {unknown}
         */
        SpyMode: "barge" | "listen" | "whisper";
        /**
         * SpyState
         * @description Where a supervision is.
         * @enum {unknown}
         */
        SpyState: "ended" | "on" | "ringing";
        /**
         * SupervisionChanged
         * @description A supervisor began to hear an agent, or another set of people hears the supervisor now.
         */
        SupervisionChanged: {
            supervision: components["schemas"]["LiveSupervision"];
            /** @enum {unknown} */
            type: "supervision_changed";
        };
        /**
         * SupervisionEnded
         * @description A supervisor no longer hears an agent.
         */
        SupervisionEnded: {
            supervision_id: string;
            /** @enum {unknown} */
            type: "supervision_ended";
        };
        /**
         * SwitchChanged
         * @description The exchange became reachable, or unreachable.
         */
        SwitchChanged: {
            switch: components["schemas"]["LiveSwitch"];
            /** @enum {unknown} */
            type: "switch_changed";
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export type operations = Record<string, never>;
