// Made by `npm run schema` from the controller's own types. Do not edit.
export interface paths {
    "/api/v1/agents": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Return the agents who asks may see, by id */
        get: operations["list_agents"];
        put?: never;
        /** Make an agent, who can log in at once */
        post: operations["create_agent"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/agents/{agent_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Return one agent */
        get: operations["read_agent"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** Change an agent; what would change a running session counts from the next log-in on */
        patch: operations["change_agent"];
        trace?: never;
    };
    "/api/v1/agents/{agent_id}/available": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** End one's pause or wrap-up */
        post: operations["desk_available"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/agents/{agent_id}/log-in": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Begin to work on a phone */
        post: operations["desk_log_in"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/agents/{agent_id}/log-out": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** End one's work, after the call under way; a supervisor ends that of others, with a reason */
        post: operations["desk_log_out"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/agents/{agent_id}/message": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Show a text at an agent's desk */
        post: operations["tell_agent"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/agents/{agent_id}/pause": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Pause, now or after the call under way; a supervisor lets others pause */
        post: operations["desk_pause"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/agents/{agent_id}/preview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Return the lead that is shown to the agent, the next one if none is */
        get: operations["show_preview"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/agents/{agent_id}/preview/dial": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Call the lead that is shown */
        post: operations["dial_preview"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/agents/{agent_id}/preview/later": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Put the lead that is shown off to a moment at which this agent calls it */
        post: operations["put_preview_off"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/agents/{agent_id}/preview/skip": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Leave the lead that is shown to somebody else, later */
        post: operations["skip_preview"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/assist/figures": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Return how often drafted summaries were accepted and offered answers were used */
        get: operations["read_assist_figures"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/audit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Return what was done, newest first */
        get: operations["list_audit"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/call-tasks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Return call tasks, the newest first */
        get: operations["list_call_tasks"];
        put?: never;
        /** Have a customer called */
        post: operations["create_call_task"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/call-tasks/{task_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Return one call task */
        get: operations["read_call_task"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/call-tasks/{task_id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Call nobody for a task any more; its lead is closed */
        post: operations["cancel_call_task"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/callbacks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Return promises to call back, the soonest first */
        get: operations["list_callbacks"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/callbacks/{lead_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** Change when a promise is kept, and by whom; agents move their own in time, supervisors those of their team */
        patch: operations["change_callback"];
        trace?: never;
    };
    "/api/v1/calls": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Look for calls, newest first */
        get: operations["list_calls"];
        put?: never;
        /** Call somebody by hand, if the law and the campaign's rules allow it */
        post: operations["make_call"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/calls/{call_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Return one call, and why it ended as it did */
        get: operations["read_call"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/calls/{call_id}/conference": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Take the customer into the conversation with who was asked: all three hear each other */
        post: operations["begin_conference"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/calls/{call_id}/consult": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Speak with an agent or a number while the customer hears music */
        post: operations["consult_about_call"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/calls/{call_id}/consult-end": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** End that conversation, or its ringing; the customer stays on hold, in a conference in talk */
        post: operations["end_consult"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/calls/{call_id}/consult-transfer": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Leave the customer to who was asked, and wrap up */
        post: operations["transfer_to_asked"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/calls/{call_id}/digits": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Press keys towards the customer's far end */
        post: operations["press_keys"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/calls/{call_id}/disposition": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Judge the call, in talk or in wrap-up; the last judgement counts */
        post: operations["dispose_call"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/calls/{call_id}/hang-up": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Hang up, or give up a call while one's own phone still rings for it */
        post: operations["hang_up_call"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/calls/{call_id}/hints": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Return what the agent of a call was offered, by time */
        get: operations["list_hints"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/calls/{call_id}/hints/{hint_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Say of a hint that it was used, or of no use; the last word counts */
        put: operations["mark_hint"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/calls/{call_id}/hold": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Let the customer hear music */
        post: operations["hold_call"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/calls/{call_id}/media": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Return how a call sounds now, or how it sounded */
        get: operations["read_call_media"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/calls/{call_id}/quality": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Return how each rule came out in a call, with the evidence */
        get: operations["read_call_quality"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/calls/{call_id}/quality/review": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Say of each rule whether it was kept in a call */
        put: operations["review_call"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/calls/{call_id}/recording-pause": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Record silence, for instance while card data are read out */
        post: operations["pause_call_recording"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/calls/{call_id}/recording-resume": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Record again */
        post: operations["resume_call_recording"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/calls/{call_id}/resume": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Take the customer back */
        post: operations["resume_call"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/calls/{call_id}/reveal": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Show the number of a call in clear; it is put on record who saw it */
        post: operations["reveal_number_of_call"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/calls/{call_id}/routing": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Return why a call was sent where it went; there is nothing of calls that no rules were asked about */
        get: operations["read_call_routing"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/calls/{call_id}/summary": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Return the summary of a call: a draft until its agent decides */
        get: operations["read_summary"];
        /** Accept the summary of one's call as it is, or edited, or discard it; the call itself is judged elsewhere */
        put: operations["decide_summary"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/calls/{call_id}/tension": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Return how a call sounded: changes while it went on, figures once it is over */
        get: operations["read_tension"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/calls/{call_id}/transcript": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Return what was said in a call, as far as it was heard */
        get: operations["read_transcript"];
        put?: never;
        /** Let a call be transcribed from its recording, once more if it was before; what it said till then is replaced */
        post: operations["transcribe_call"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/calls/{call_id}/transfer": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Pass the customer on, and wrap up */
        post: operations["transfer_call"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/campaigns": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Return all campaigns */
        get: operations["list_campaigns"];
        put?: never;
        /** Make a campaign */
        post: operations["create_campaign"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/campaigns/{campaign_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Return one campaign, and how its list stands */
        get: operations["read_campaign"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** Change a campaign; one that dials follows at once */
        patch: operations["change_campaign"];
        trace?: never;
    };
    "/api/v1/campaigns/{campaign_id}/detection": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Return how answers were taken in a campaign, how often that was wrong, and what was learnt of it */
        get: operations["read_detection"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/campaigns/{campaign_id}/detection/learnt": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Let a campaign forget what it learnt of its answers: older ones count no more, within two minutes */
        delete: operations["forget_detection"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/campaigns/{campaign_id}/dispositions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Return what agents of a campaign choose from */
        get: operations["list_campaign_dispositions"];
        /** Give a campaign choices of its own (the first time with ``If-Match: "v0"``) */
        put: operations["replace_campaign_dispositions"];
        post?: never;
        /** Let a campaign use the choices for all again */
        delete: operations["forget_campaign_dispositions"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/campaigns/{campaign_id}/finish": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Say that a campaign is over; it stops dialling */
        post: operations["finish_campaign"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/campaigns/{campaign_id}/imports": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Return the newest hundred imports of a campaign, newest first */
        get: operations["list_imports"];
        put?: never;
        /** Send a list as CSV or a spreadsheet; it is looked at, and waits to be started */
        post: operations["create_import"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/campaigns/{campaign_id}/leads": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Look for leads of a campaign, by name */
        get: operations["list_leads"];
        put?: never;
        /** Put one lead on the list of a campaign */
        post: operations["create_lead"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/campaigns/{campaign_id}/lists": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Return the lists inside a campaign */
        get: operations["list_lists"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/campaigns/{campaign_id}/pacing": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Return the pacer's last decisions and why, oldest first */
        get: operations["read_pacing"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/campaigns/{campaign_id}/pause": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Stop dialling; calls under way go on */
        post: operations["pause_campaign"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/campaigns/{campaign_id}/start": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Let a campaign dial */
        post: operations["start_campaign"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/campaigns/{campaign_id}/throttle": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** Let a campaign dial faster or slower */
        patch: operations["throttle_campaign"];
        trace?: never;
    };
    "/api/v1/colleagues": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Return the other agents of one's team, and those of none, who work now: whoever is available comes first */
        get: operations["list_colleagues"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/customers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Look for customers */
        get: operations["list_customers"];
        put?: never;
        /** Make a customer; one made by somebody of a team belongs to that team */
        post: operations["create_customer"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/customers/{customer_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Return one customer */
        get: operations["read_customer"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** Change a customer */
        patch: operations["change_customer"];
        trace?: never;
    };
    "/api/v1/customers/{customer_id}/consents": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Keep a word of consent of a customer; those before it stay, and the one said last counts */
        post: operations["create_consent"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/customers/{customer_id}/notes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Add a note to a customer */
        post: operations["create_note"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/customers/{customer_id}/phones/{phone_id}/do-not-call": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Put a number of a customer on the list of people who asked us, or on a campaign's own; nobody needs to see it */
        post: operations["forbid_phone"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/customers/{customer_id}/phones/{phone_id}/reveal": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Show a number in clear; it is put on record who saw it */
        post: operations["reveal_number"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/customers/{customer_id}/timeline": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Return what happened with a customer, newest first: calls, words of consent, notes */
        get: operations["read_timeline"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/dialplan-variables": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Return the variables templates may use */
        get: operations["list_dialplan_variables"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/dialplans": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Return all templates as they run, by name */
        get: operations["list_dialplans"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/dialplans/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Return one template as it runs */
        get: operations["read_dialplan"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/dialplans/{name}/difference": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Compare a text with what runs; nothing is kept */
        post: operations["compare_dialplan"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/dialplans/{name}/look": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Render a text and look it through, together with all other templates; nothing is kept */
        post: operations["look_at_dialplan"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/dialplans/{name}/roll-back": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Let what ran before run again */
        post: operations["roll_back_dialplan"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/dialplans/{name}/versions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Return the versions of a template, newest first; the shipped one comes last */
        get: operations["list_dialplan_versions"];
        put?: never;
        /** Keep a draft of a template; a name that is new makes one of its own */
        post: operations["create_dialplan_version"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/dialplans/{name}/versions/{number}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Return one version */
        get: operations["read_dialplan_version"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/dialplans/{name}/versions/{number}/apply": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Bring a staged version to the exchange: it is applied, or rolled back by itself */
        post: operations["apply_dialplan_version"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/dialplans/{name}/versions/{number}/stage": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Look a version through and let a throw-away exchange read it: it is staged, or refused */
        post: operations["stage_dialplan_version"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/dispositions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Return the choices of all campaigns that have none of their own */
        get: operations["list_dispositions"];
        /** Put choices in the place of those for all campaigns */
        put: operations["replace_dispositions"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/do-not-call/history": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Return what was done to the lists, newest first */
        get: operations["list_dnc_history"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/do-not-call/lists": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Return the lists in force */
        get: operations["list_dnc_lists"];
        put?: never;
        /** Send a file that takes the place of the list of its name, whole or not at all; it is read in the background */
        post: operations["upload_dnc_list"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/do-not-call/lists/{list_name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** End a list that came as a file or belongs to a campaign; that it was in force stays on record */
        delete: operations["forget_dnc_list"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/do-not-call/look-up": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Return what the lists say of one number */
        post: operations["look_up_number"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/do-not-call/numbers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Put a number on the list of people who asked us, or on a campaign's own; from now on it is not called */
        post: operations["forbid_number"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/do-not-call/removals": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Take a number off a list; that it was there, and why it no longer is, stays on record */
        post: operations["allow_number_again"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/do-not-call/uploads/{upload_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Return how far a file is */
        get: operations["read_dnc_upload"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/health": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Say whether calls can be made: 200 or 503, and nothing else */
        get: operations["read_health"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/health/details": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Return what was looked at, how it is, and how to mend it */
        get: operations["read_health_details"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/imports/{import_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Return one import, and how far it is */
        get: operations["read_import"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/imports/{import_id}/again": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Begin anew, as a new import, one that failed, was cancelled or interrupted; nothing goes in twice */
        post: operations["repeat_import"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/imports/{import_id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** End an import that waits or runs; what is on the list already stays */
        post: operations["cancel_import"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/imports/{import_id}/errors": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Return the rows that were not taken, each with its reason, as CSV */
        get: operations["read_import_errors"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/imports/{import_id}/preview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Look at a file again with another mapping or region */
        post: operations["preview_import"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/imports/{import_id}/start": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Import a file that was looked at, in the background */
        post: operations["start_import"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/leads/{lead_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Return one lead */
        get: operations["read_lead"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** Change a lead's place in the order */
        patch: operations["change_lead"];
        trace?: never;
    };
    "/api/v1/leads/{lead_id}/close": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Call a lead no more */
        post: operations["close_lead"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/leads/{lead_id}/pause": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Leave a lead alone until it is resumed */
        post: operations["pause_lead"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/leads/{lead_id}/resume": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Let a paused lead be called again */
        post: operations["resume_lead"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/leads/{lead_id}/reveal": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Show the number of a lead in clear; it is put on record who saw it */
        post: operations["reveal_number_of_lead"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/leads/{lead_id}/why": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Return in words why a lead is called, or not called, now */
        get: operations["read_why_lead"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/line-groups": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Return all line groups, by name */
        get: operations["list_line_groups"];
        put?: never;
        /** Make a line group; it counts for the next call. A trunk is in one group at most */
        post: operations["create_line_group"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/line-groups/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Return one line group */
        get: operations["read_line_group"];
        put?: never;
        post?: never;
        /** Take a line group away that no campaign names; its trunks stay, with their own limits */
        delete: operations["remove_line_group"];
        options?: never;
        head?: never;
        /** Change a line group; it counts for the next call, and calls under way go on */
        patch: operations["change_line_group"];
        trace?: never;
    };
    "/api/v1/live/desk": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One's own desk: the whole picture, or what has happened since a message one has */
        get: operations["look_at_desk"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/live/figures": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What the figures of the wall mean, in English and Chinese */
        get: operations["list_figure_meanings"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/live/wall": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The wall: the whole picture, or what has happened since a message one has */
        get: operations["look_at_wall"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/media-by-agent": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Return how the phones of the agents one may see sounded in the last hours */
        get: operations["list_media_by_agent"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/media-by-trunk": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Return how the customers' legs of each trunk sounded in the last hours */
        get: operations["list_media_by_trunk"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/menus": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Return all menus, by name */
        get: operations["list_menus"];
        put?: never;
        /** Make a menu; callers of its numbers are led through it from the next call on */
        post: operations["create_menu"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/menus/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Return one menu */
        get: operations["read_menu"];
        put?: never;
        post?: never;
        /** Take a menu away that no other leads to; callers of its numbers wait for an agent at once */
        delete: operations["remove_menu"];
        options?: never;
        head?: never;
        /** Change a menu; it counts from the next key on */
        patch: operations["change_menu"];
        trace?: never;
    };
    "/api/v1/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Return every figure the controller counts, as Prometheus reads it */
        get: operations["read_metrics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/objections": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Return the objections that are answered, by name */
        get: operations["list_objections"];
        put?: never;
        /** Offer agents the answer to a new objection, from the next second on */
        post: operations["create_objection"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/objections/{objection_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Return one objection */
        get: operations["read_objection"];
        /** Put an objection in the place of what it was; it counts from the next second on */
        put: operations["replace_objection"];
        post?: never;
        /** Delete an objection; what was counted of it stays */
        delete: operations["delete_objection"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/pause-reasons": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Return the reasons an agent can give for a pause */
        get: operations["list_pause_reasons"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/phone/credentials": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Return fresh credentials for one's phone in the browser; those before work no more */
        post: operations["issue_phone"];
        /** Give one's phone in the browser up */
        delete: operations["revoke_phone"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/phones": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Return all SIP phones, by name */
        get: operations["list_phones"];
        put?: never;
        /** Make a SIP phone; its password is shown this once */
        post: operations["create_phone"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/phones/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Take a phone away that no agent works on */
        delete: operations["remove_phone"];
        options?: never;
        head?: never;
        /** Change where a phone is, or give it a new password */
        patch: operations["change_phone"];
        trace?: never;
    };
    "/api/v1/phrase-lists": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Return the lists of phrases that are listened for, by name */
        get: operations["list_phrase_lists"];
        put?: never;
        /** Listen for the phrases of a new list, from the next second on */
        post: operations["create_phrase_list"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/phrase-lists/{list_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Return one list of phrases */
        get: operations["read_phrase_list"];
        /** Put a list in the place of what it was; it counts from the next second on */
        put: operations["replace_phrase_list"];
        post?: never;
        /** Delete a list of phrases; the alerts it raised stay */
        delete: operations["delete_phrase_list"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/quality-agreement": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Return how far reviewers agree with the program, by rule, and with each other */
        get: operations["read_quality_agreement"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/quality-reviews": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Return the calls that were chosen for review and that one has not reviewed, the newest first */
        get: operations["list_quality_reviews"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/quality-rules": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Return the rules calls are held against, by name */
        get: operations["list_quality_rules"];
        put?: never;
        /** Hold calls against a new rule, those that end from now on */
        post: operations["create_quality_rule"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/quality-rules/{rule_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Return one rule */
        get: operations["read_quality_rule"];
        /** Put a rule in the place of what it was; scores that were given stay */
        put: operations["replace_quality_rule"];
        post?: never;
        /** Delete a rule; scores it was part of stay */
        delete: operations["delete_quality_rule"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/quality-scores": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Return how calls came out, the newest first; agents see their own */
        get: operations["list_quality_scores"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/queues": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Return all queues, by name */
        get: operations["list_queues"];
        put?: never;
        /** Make a queue; agents belong to it as their own settings say */
        post: operations["create_queue"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/queues/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Return one queue */
        get: operations["read_queue"];
        put?: never;
        post?: never;
        /** Take a queue away that no other queue and no rule names; its agents belong to it no more */
        delete: operations["remove_queue"];
        options?: never;
        head?: never;
        /** Change a queue; it counts for who waits there, too */
        patch: operations["change_queue"];
        trace?: never;
    };
    "/api/v1/recalls": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Return the callers to be called back, who called last first; 200 at most */
        get: operations["list_recalls"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/recalls/{call_id}/call": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Call somebody back as the agent who asks; the law and the campaign's rules hold as for every call by hand */
        post: operations["call_back"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/recalls/{call_id}/done": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Take a caller off the list; when they call again and give up, they are on it again */
        post: operations["close_recall"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/recordings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Return the recordings that may be heard, newest first */
        get: operations["list_recordings"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/recordings/{recording_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Return one recording */
        get: operations["read_recording"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/recordings/{recording_id}/audio": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Return the sound, whole or the range asked for; that somebody listened is put on record */
        get: operations["read_audio"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/recordings/{recording_id}/file": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Return the sound as a file to be kept; each one is put on record */
        get: operations["download_recording"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/recordings/{recording_id}/peaks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Return the waveform of a recording */
        get: operations["read_peaks"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/routing-checks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Say what is wrong with a table that is not kept yet, and (``warning``) what is odd about it */
        post: operations["check_routing_table"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/routing-hits": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Return how often each rule decided, by day, newest first; of the contact centre's days */
        get: operations["list_routing_hits"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/routing-tables": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Return the newest versions of the routing rules, newest first */
        get: operations["list_routing_tables"];
        put?: never;
        /** Keep a draft of the routing rules; it decides nothing before it goes live, and may have problems until then */
        post: operations["create_routing_table"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/routing-tables/{number}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Return one version of the routing rules */
        get: operations["read_routing_table"];
        /** Put a draft in the place of what it was; what is or was live cannot be changed */
        put: operations["replace_routing_table"];
        post?: never;
        /** Throw a draft away */
        delete: operations["delete_routing_table"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/routing-tables/{number}/dmn": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Return a version as a DMN 1.3 document, for editors of decision tables */
        get: operations["export_routing_table"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/routing-tables/{number}/live": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Let a draft decide from the next call on, or go back to a version that was live; refused while it has problems */
        post: operations["make_routing_table_live"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/routing-tests": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Say which rule of a table holds for a call, and why; nothing is kept or counted */
        post: operations["test_routing_table"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/routing-trials": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Try a table on the last calls, or on facts that are given, beside the live one */
        post: operations["try_routing_table"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/rule-packs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Return all rule packs, by name */
        get: operations["list_rule_packs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/rule-packs/together": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Return what rule packs ask together: of each thing the strictest counts */
        get: operations["join_rule_packs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/session": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Return who is logged in */
        get: operations["read_session"];
        put?: never;
        /** Log in; the answer sets the cookie */
        post: operations["log_in"];
        /** Log out */
        delete: operations["log_out"];
        options?: never;
        head?: never;
        /** Choose one's language */
        patch: operations["change_locale"];
        trace?: never;
    };
    "/api/v1/session/log-ins": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Return where one is logged in */
        get: operations["list_log_ins"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/session/password": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Change one's own password; every log-in ends, this one too */
        put: operations["change_password"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/session/tokens": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Make a token for a program that acts with one's own rights */
        post: operations["create_token"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/settings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Return all settings that can be changed while the program runs */
        get: operations["list_settings"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/settings/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Return one setting */
        get: operations["read_setting"];
        /** Change a setting; it counts at once, or after the next start */
        put: operations["change_setting"];
        post?: never;
        /** Let the default count again */
        delete: operations["reset_setting"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/setup": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Return whether there is an administrator yet */
        get: operations["read_set_up"];
        put?: never;
        /** Follow a one-time link: make the first administrator, or set a password; logs in */
        post: operations["follow_link"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/supervision": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Return whom one listens to */
        get: operations["my_supervision"];
        put?: never;
        /** Ring one's phone and hear an agent */
        post: operations["start_supervision"];
        /** Leave */
        delete: operations["stop_supervision"];
        options?: never;
        head?: never;
        /** Change who hears one */
        patch: operations["change_supervision"];
        trace?: never;
    };
    "/api/v1/supervision/take-over": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Take the customer of whom one hears, on the same phone, which is rung anew; the agent wraps up */
        post: operations["take_over_call"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tags": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Return the tags in use, the most used first */
        get: operations["list_tags"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/teams": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Return all teams */
        get: operations["list_teams"];
        put?: never;
        /** Make a team */
        post: operations["create_team"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/teams/{team_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** Rename a team */
        patch: operations["rename_team"];
        trace?: never;
    };
    "/api/v1/test-calls": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Call a number through a trunk and play it a short message; never one on a do-not-call list */
        post: operations["create_test_call"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/test-calls/{test_call_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Return how far a test call has got; ask once a second until it is over */
        get: operations["read_test_call"];
        put?: never;
        post?: never;
        /** Hang up a test call */
        delete: operations["stop_test_call"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/transcription-jobs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Return recordings that are, or could not be, transcribed after their calls, newest first */
        get: operations["list_transcription_jobs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/transcription-jobs/{call_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Return how far the transcription of a call is */
        get: operations["read_transcription_job"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/transcription-jobs/{call_id}/retry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Try again what was set aside */
        post: operations["retry_transcription"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/transcripts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Look for words in everything that was said, newest first */
        get: operations["search_transcripts"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/trunk-states": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Return how every trunk is doing now, as seen ten seconds ago at most */
        get: operations["list_trunk_states"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/trunk-states/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Return how one trunk is doing now */
        get: operations["read_trunk_state"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/trunks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Return all trunks, those of the settings file first */
        get: operations["list_trunks"];
        put?: never;
        /** Make a trunk and tell the exchange of it */
        post: operations["create_trunk"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/trunks/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Return one trunk */
        get: operations["read_trunk"];
        put?: never;
        post?: never;
        /** Take a trunk away that carries no calls and that no campaign names */
        delete: operations["remove_trunk"];
        options?: never;
        head?: never;
        /** Change a trunk; new limits count at once, and calls under way go on */
        patch: operations["change_trunk"];
        trace?: never;
    };
    "/api/v1/trunks/{name}/try-again": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Give a drained trunk a share of the calls now; one that is not drained stays as it is */
        post: operations["try_trunk_again"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/users": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Return everybody who may log in */
        get: operations["list_users"];
        put?: never;
        /** Make a user */
        post: operations["create_user"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/users/{user_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Return one user */
        get: operations["read_user"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** Change a user; with another role, or disabled, every log-in of theirs ends */
        patch: operations["change_user"];
        trace?: never;
    };
    "/api/v1/users/{user_id}/link": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Make a one-time link by which a user sets a new password */
        post: operations["create_user_link"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/webhooks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Return all receivers */
        get: operations["list_webhooks"];
        put?: never;
        /** Tell a receiver of what happens from now on */
        post: operations["create_webhook"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/webhooks/{webhook_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Return one receiver */
        get: operations["read_webhook"];
        put?: never;
        post?: never;
        /** Tell a receiver nothing any more */
        delete: operations["remove_webhook"];
        options?: never;
        head?: never;
        /** Change a receiver */
        patch: operations["change_webhook"];
        trace?: never;
    };
    "/api/v1/webhooks/{webhook_id}/again": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Try everything anew that a receiver did not take */
        post: operations["send_all_again"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/webhooks/{webhook_id}/deliveries": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Return what is on its way to a receiver, or was not taken */
        get: operations["list_deliveries"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/webhooks/{webhook_id}/deliveries/{delivery_id}/again": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Try one event anew that a receiver did not take */
        post: operations["send_again"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/webhooks/{webhook_id}/secret": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Make a new secret; the former one signs as well for a while */
        post: operations["rotate_webhook_secret"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/webhooks/{webhook_id}/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Tell a receiver something on trial, at once and once */
        post: operations["test_webhook"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/word-alerts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Return alerts on words, the last words first; agents see those they are told of */
        get: operations["list_word_alerts"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/word-alerts/{alert_id}/handled": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Say that an alert has been seen to */
        put: operations["handle_word_alert"];
        post?: never;
        /** Let an alert be open again */
        delete: operations["reopen_word_alert"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /**
         * AfterHours
         * @description What happens to who calls when the queue is closed.
         * @enum {unknown}
         */
        AfterHours: "callback" | "message" | "queue";
        /**
         * Age
         * @description How old a list is beside what it may be.
         * @enum {unknown}
         */
        Age: "ageing" | "fresh" | "stale";
        /**
         * AgentChange
         * @description What changes of an agent; what is left out stays.
         */
        AgentChange: {
            blended?: boolean;
            campaign_id?: string | null;
            disabled?: boolean;
            mode?: components["schemas"]["PhoneMode"];
            name?: string;
            phone?: string;
            queues?: string[];
            ring_timeout_s?: number;
            skills?: {
                [key: string]: number;
            };
            team_id?: string | null;
            wrap_limit_s?: number;
        };
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
         * AgentShown
         * @description An agent as they work from the next log-in on; ``edit_waits``: a session goes on as it was.
         *
         *         Queues, skills (levels by name) and ``blended`` (also takes calls of campaigns) count for the next caller.
         */
        AgentShown: {
            blended: boolean;
            campaign_id: string | null;
            disabled: boolean;
            edit_waits: boolean;
            id: string;
            mode: components["schemas"]["PhoneMode"];
            name: string;
            phone: string;
            queues: string[];
            ring_timeout_s: number;
            skills: {
                [key: string]: number;
            };
            state: components["schemas"]["AgentState"];
            team_id: string | null;
            version: number;
            wrap_limit_s: number;
        };
        /**
         * AgentState
         * @description What an agent is doing; durations of these are what reports add up.
         * @enum {unknown}
         */
        AgentState: "available" | "calling" | "offline" | "paused" | "reserved" | "talking" | "wrap_up";
        /**
         * AgreementShown
         * @description How far two agree: a share, and Cohen's kappa; null: it has no value, all said the same.
         *
         *         ``id``: of the rule, whatever it was called; of two reviewers, their names.
         */
        AgreementShown: {
            count: number;
            id: string;
            kappa: number | null;
            name: string;
            ratio: number | null;
        };
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
         * AssistFigures
         * @description Summaries by period, the oldest first; objections of the whole time, the most frequent first.
         */
        AssistFigures: {
            objections: components["schemas"]["ObjectionFigures"][];
            since: string;
            summaries: components["schemas"]["SummaryFigures"][];
            until: string;
        };
        /**
         * AuditEntry
         * @description One thing somebody did; numbers of people are masked when it is written.
         */
        AuditEntry: {
            action: string;
            actor: string;
            at: string;
            detail: string;
            seq: number;
            what: string;
        };
        /**
         * BothLanguages
         * @description The same sentence in English and in Chinese.
         */
        BothLanguages: {
            en: string;
            zh: string;
        };
        /**
         * CallbackChange
         * @description What changes of a promise; what is left out stays. ``agent_id`` null: whoever is free calls.
         */
        CallbackChange: {
            agent_id?: string | null;
            /** Format: date-time */
            at?: string;
        };
        /**
         * CallbackShown
         * @description A promise to call back.
         */
        CallbackShown: {
            agent_name: string;
            at: string;
            campaign_name: string;
            lead: components["schemas"]["LeadShown"];
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
         * CallDetail
         * @description A call with all its facts.
         */
        CallDetail: {
            abandoned: boolean;
            call: components["schemas"]["CallLine"];
            callback_at: string | null;
            caller_id: string;
            cause: number;
            early_media_at: string | null;
            greeting_ended_at: string | null;
            hang_up_asked: string;
            held_s: number;
            hung_up_at: string | null;
            judgements: components["schemas"]["JudgementShown"][];
            origin: components["schemas"]["waihu_models.call.Origin"];
            patience_s: number;
            reason: string;
            recording_allowed: boolean;
            ring_timeout_s: number;
            ringing_at: string | null;
            rules_version: string;
            screening: boolean;
            sip_code: number;
            state_since: string;
            transferred: boolean;
            trunk: string;
            verdict: components["schemas"]["Verdict"] | null;
            why: components["schemas"]["BothLanguages"];
        };
        /**
         * CallDisposition
         * @description The agent's judgement. ``callback_at``: when the customer was promised to be called again.
         */
        CallDisposition: {
            callback_at?: string | null;
            code: string;
            note?: string;
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
         * CallingHours
         * @description When the callee may be called, in the callee's own time. An empty weekday has no window.
         *
         *         Attributes:
         *             windows: For each weekday (0 = Monday) the windows ``(start, end)``, end excluded.
         *             default_zone: IANA name used only where nothing says a zone; None: such leads are refused.
         *             closed_on: Days on which nobody is called.
         */
        CallingHours: {
            closed_on: string[];
            default_zone: string | null;
            windows: [
                string,
                string
            ][][];
        };
        /**
         * CallKeys
         * @description Keys to press towards the customer's far end.
         */
        CallKeys: {
            digits: string;
        };
        /**
         * CallLine
         * @description A call in a list. ``recording_id`` is given to whom may hear it.
         */
        CallLine: {
            agent_id: string | null;
            agent_name: string;
            agent_wait_s: number | null;
            answered_at: string | null;
            campaign_id: string | null;
            campaign_name: string;
            connected_at: string | null;
            customer_id: string | null;
            customer_name: string;
            dialled_at: string;
            direction: components["schemas"]["Direction"];
            disposition: string | null;
            ended_at: string | null;
            id: string;
            lead_id: string | null;
            masked: string;
            note: string;
            outcome: components["schemas"]["Outcome"] | null;
            recording_id: string | null;
            recording_state: components["schemas"]["RecordingState"] | null;
            state: components["schemas"]["CallState"];
            talk_s: number;
        };
        /**
         * CallMedia
         * @description How a call sounds, or sounded; without legs nobody has talked in it yet. Below ``bad_mos`` it is bad.
         */
        CallMedia: {
            bad_mos: number;
            call_id: string;
            legs: components["schemas"]["LegMediaShown"][];
        };
        /**
         * CallQualityShown
         * @description A call's score with all evidence, and what people say of it.
         */
        CallQualityShown: {
            at: string;
            call_id: string;
            findings: components["schemas"]["FindingShown"][];
            language: string;
            reviews: components["schemas"]["ReviewShown"][];
            sampled: boolean;
            score: number | null;
            why: components["schemas"]["Unjudged"] | null;
        };
        /**
         * CallRouting
         * @description Where a call was sent by the rules, when, and why.
         */
        CallRouting: {
            at: string;
            decision: components["schemas"]["RoutingDecision"];
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
         * CallTakenOver
         * @description A call that goes on with the supervisor; hanging up that phone ends it.
         */
        CallTakenOver: {
            call_id: string;
        };
        /**
         * CallTaskShown
         * @description A call task as it stands; ``result`` is what its ``callback_url`` is told once it is over.
         */
        CallTaskShown: {
            attempts: number;
            callback_url: string;
            campaign_id: string;
            created_at: string;
            created_by: string;
            customer_id: string;
            ended_at: string | null;
            id: string;
            lead_id: string;
            max_retries: number;
            next_at: string | null;
            preferred_time: string | null;
            reason: string;
            reference: string;
            result: Record<string, never>;
            script_id: string;
            state: components["schemas"]["TaskState"];
            version: number;
        };
        /**
         * CallTransfer
         * @description To whom the customer goes: an available agent, a number, a menu or a queue; none of them: whoever is free.
         */
        CallTransfer: {
            agent_id?: string | null;
            menu?: string;
            number?: string;
            queue?: string;
        };
        /**
         * CampaignChange
         * @description What changes of a campaign; what is left out stays.
         */
        CampaignChange: {
            callback_own_s?: number;
            caller_id?: string;
            caller_id_set?: string;
            calls_per_s?: number;
            check_share?: number;
            detection?: components["schemas"]["Detection"];
            hours?: components["schemas"]["CallingHours"];
            lines_per_agent?: number;
            max_attempts?: number;
            max_attempts_per_day?: number;
            max_lines?: number;
            menu?: string;
            mode?: components["schemas"]["DialMode"];
            name?: string;
            number_caps?: components["schemas"]["Cap"][];
            order?: components["schemas"]["ListOrder"];
            packs?: string[];
            pass_delay_s?: number;
            passes?: number;
            patience_s?: number;
            person_cost?: number;
            recording?: boolean;
            recording_needs_consent?: boolean;
            refusals?: components["schemas"]["RefusalRule"];
            region?: string | null;
            retries?: {
                [key: string]: components["schemas"]["RetryRule"];
            };
            ring_timeout_s?: number;
            screening?: boolean;
            script?: string;
            speech_language?: string;
            target_drop_ratio?: number;
            team_id?: string | null;
            trunk?: string;
            voicemail?: string;
        };
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
         * CampaignDetail
         * @description A campaign, and how its list stands.
         */
        CampaignDetail: {
            campaign: components["schemas"]["CampaignShown"];
            leads: {
                [key: string]: number;
            };
            put_off: {
                [key: string]: number;
            };
            version: number;
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
         * CampaignShown
         * @description A campaign with its rules. Times of ``hours`` are the callee's own.
         */
        CampaignShown: {
            callback_own_s: number;
            caller_id: string;
            caller_id_set: string;
            calls_per_s: number;
            check_share: number;
            detection: components["schemas"]["Detection"];
            hours: components["schemas"]["CallingHours"];
            id: string;
            lines_per_agent: number;
            max_attempts: number;
            max_attempts_per_day: number;
            max_lines: number;
            menu: string;
            mode: components["schemas"]["DialMode"];
            name: string;
            number_caps: components["schemas"]["Cap"][];
            order: components["schemas"]["ListOrder"];
            packs: string[];
            pass_delay_s: number;
            passes: number;
            patience_s: number;
            person_cost: number;
            recording: boolean;
            recording_needs_consent: boolean;
            refusals: components["schemas"]["RefusalRule"];
            region: string | null;
            retries: {
                [key: string]: components["schemas"]["RetryRule"];
            };
            ring_timeout_s: number;
            screening: boolean;
            script: string;
            speech_language: string;
            state: components["schemas"]["CampaignState"];
            target_drop_ratio: number;
            team_id: string | null;
            trunk: string;
            version: number;
            voicemail: string;
        };
        /**
         * CampaignState
         * @description What the dial loop does with it.
         * @enum {unknown}
         */
        CampaignState: "draft" | "finished" | "paused" | "running";
        /**
         * Cap
         * @description At most ``most`` calls to one number, of all campaigns together, in any ``within_s`` seconds.
         */
        Cap: {
            most: number;
            within_s: number;
        };
        /**
         * Category
         * @description What a disposition amounts to, whatever a campaign calls it.
         * @enum {unknown}
         */
        Category: "callback" | "do_not_call" | "invalid" | "no_contact" | "other" | "refused" | "success";
        /**
         * Changes
         * @description Message number ``seq``: what happened since the one before.
         */
        Changes: {
            at: string;
            epoch: string;
            events: (components["schemas"]["SwitchChanged"] | components["schemas"]["AgentChanged"] | components["schemas"]["AgentGone"] | components["schemas"]["CampaignChanged"] | components["schemas"]["CampaignGone"] | components["schemas"]["QueueChanged"] | components["schemas"]["QueueGone"] | components["schemas"]["CallChanged"] | components["schemas"]["CallGone"] | components["schemas"]["FiguresChanged"] | components["schemas"]["MinutesChanged"] | components["schemas"]["AlertRaised"] | components["schemas"]["AlertGone"] | components["schemas"]["SupervisionChanged"] | components["schemas"]["SupervisionEnded"] | components["schemas"]["DeskAgentChanged"] | components["schemas"]["DeskCallChanged"] | components["schemas"]["DeskPreviewChanged"] | components["schemas"]["DeskCampaignChanged"] | components["schemas"]["DeskDayChanged"] | components["schemas"]["DeskSummaryChanged"] | components["schemas"]["LineHeard"] | components["schemas"]["LinesGone"] | components["schemas"]["waihu_models.live_events.HintShown"] | components["schemas"]["HintsGone"])[];
            seq: number;
            /** @enum {unknown} */
            type: "changes";
        };
        /**
         * Channel
         * @description How a word of consent reached us.
         * @enum {unknown}
         */
        Channel: "email" | "import" | "in_person" | "paper" | "phone" | "sms" | "unknown" | "web";
        /**
         * ClearNumber
         * @description A number in clear; that it was shown is on record.
         */
        ClearNumber: {
            number_e164: string;
        };
        /**
         * CodeCount
         * @description How many calls of the last hour that nobody answered ended with a SIP code.
         */
        CodeCount: {
            code: number;
            count: number;
            meaning: components["schemas"]["BothLanguages"];
        };
        /**
         * Colleague
         * @description Another agent who works now; calls can be passed on to who is available.
         */
        Colleague: {
            id: string;
            name: string;
            state: components["schemas"]["AgentState"];
        };
        /**
         * Consent
         * @description The customer's latest word on one purpose.
         * @enum {unknown}
         */
        Consent: "denied" | "granted" | "unknown";
        /**
         * ConsentWord
         * @description What was said on one purpose, by the customer or for one of the numbers.
         */
        ConsentWord: {
            at: string;
            channel: components["schemas"]["Channel"];
            masked: string;
            proof: string;
            purpose: components["schemas"]["Purpose"];
            source: string;
            state: components["schemas"]["Consent"];
        };
        /**
         * CustomerChange
         * @description What changes of a customer; what is left out stays, ``tags`` and ``custom`` are put in the place of the old.
         */
        CustomerChange: {
            custom?: {
                [key: string]: string;
            };
            language?: string;
            level?: string;
            name?: string;
            tags?: string[];
            team_id?: string | null;
            zone?: string | null;
        };
        /**
         * CustomerDetail
         * @description A customer with everything but the timeline. ``consents``: the word that counts on each purpose.
         */
        CustomerDetail: {
            consent_history: components["schemas"]["ConsentWord"][];
            consents: {
                [key: string]: components["schemas"]["Consent"];
            };
            created_at: string;
            custom: {
                [key: string]: string;
            };
            do_not_call: boolean;
            external_id: string | null;
            id: string;
            language: string;
            leads: components["schemas"]["CustomerLead"][];
            level: string;
            name: string;
            phones: components["schemas"]["PhoneDetail"][];
            tags: string[];
            team_id: string | null;
            version: number;
            zone: string | null;
        };
        /**
         * CustomerLead
         * @description The customer on the list of a campaign.
         */
        CustomerLead: {
            attempts: number;
            campaign_id: string;
            campaign_name: string;
            id: string;
            last_attempt_at: string | null;
            last_outcome: string;
            list_name: string;
            next_at: string | null;
            state: components["schemas"]["LeadState"];
        };
        /**
         * CustomerLine
         * @description A customer in a list.
         */
        CustomerLine: {
            calls: number;
            created_at: string;
            external_id: string | null;
            id: string;
            language: string;
            last_call_at: string | null;
            level: string;
            name: string;
            phones: components["schemas"]["CustomerPhone"][];
            tags: string[];
            zone: string | null;
        };
        /**
         * CustomerPhone
         * @description A number of a customer, masked, and what it has proved to be.
         */
        CustomerPhone: {
            id: string;
            masked: string;
            quality: components["schemas"]["NumberQuality"];
        };
        /**
         * DeliveryShown
         * @description An event on its way to a receiver, or one it did not take.
         */
        DeliveryShown: {
            at: string;
            attempts: number;
            id: string;
            key: string;
            next_at: string;
            reason: string;
            state: components["schemas"]["DeliveryState"];
            topic: string;
        };
        /**
         * DeliveryState
         * @description Where a delivery is. One that was taken is deleted.
         * @enum {unknown}
         */
        DeliveryState: "pending" | "set_aside";
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
         * DeskLogIn
         * @description On which phone to work (empty: the agent's own, else that of this browser), and how it is reached.
         */
        DeskLogIn: {
            mode?: components["schemas"]["PhoneMode"] | null;
            phone?: string;
        };
        /**
         * DeskLogOut
         * @description Why. ``at_once``: not after the call under way; its customer gets another agent. Only supervisors may.
         */
        DeskLogOut: {
            at_once?: boolean;
            reason?: string;
        };
        /**
         * DeskMessage
         * @description What a supervisor writes to an agent.
         */
        DeskMessage: {
            text: string;
        };
        /**
         * DeskPause
         * @description Why one pauses, now or after the call under way.
         */
        DeskPause: {
            reason: string;
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
         * Detection
         * @description Who decides, where answers are screened, whether a machine answered.
         * @enum {unknown}
         */
        Detection: "amd" | "combined";
        /**
         * DetectionShown
         * @description What is decided by, and how it did.
         *
         *         ``threshold``: the probability of a machine from which on an answer is sent away, null where the exchange decides
         *         alone. ``machines_ratio``: of what agents judged, with its 95 % interval; null while they judged nothing.
         *         ``people_ratio``: the share of people among the answers that were sent away, known from those that were passed on to
         *         be checked, each weighed by the share that was checked when it was drawn; ``people``: as many that makes of
         *         ``sent_away``. ``learnt_from``: known
         *         answers the campaign's own model was made of, of them ``learnt_checked`` checked; 0: what is shipped counts alone.
         */
        DetectionShown: {
            check_share: number;
            checked: number;
            checked_people: number;
            detection: components["schemas"]["Detection"];
            forgotten_at: string | null;
            judged: number;
            learnt_at: string | null;
            learnt_checked: number;
            learnt_from: number;
            machines: number;
            machines_high: number | null;
            machines_low: number | null;
            machines_ratio: number | null;
            passed_on: number;
            people: number | null;
            people_high: number | null;
            people_low: number | null;
            people_ratio: number | null;
            person_cost: number;
            screening: boolean;
            sent_away: number;
            since: string;
            threshold: number | null;
        };
        /**
         * DialMode
         * @description How lines and agents are brought together.
         * @enum {unknown}
         */
        DialMode: "predictive" | "preview" | "progressive" | "ratio";
        /**
         * DialplanDifference
         * @description What runs beside what would: templates and results, whole, and each as a unified diff.
         */
        DialplanDifference: {
            number: number;
            rendered: string;
            rendered_diff: string;
            running: string;
            running_rendered: string;
            source_diff: string;
        };
        /**
         * DialplanFinding
         * @description Something wrong. ``line`` and ``column`` of the template, from 1, 0: of none; ``rendered_line`` of the result.
         */
        DialplanFinding: {
            code: string;
            column: number;
            line: number;
            rendered_line: number;
            severity: components["schemas"]["waihu_models.dialplan.Severity"];
            template: string;
            text: components["schemas"]["BothLanguages"];
        };
        /**
         * DialplanLook
         * @description What a template is rendered to, and what is wrong. ``lines``: of the template, for each line of ``rendered``.
         */
        DialplanLook: {
            findings: components["schemas"]["DialplanFinding"][];
            good: boolean;
            lines: number[];
            rendered: string;
        };
        /**
         * DialplanReturn
         * @description What to go back to: the number of an applied version, 0 for the shipped one, null for the one before.
         */
        DialplanReturn: {
            to?: number | null;
        };
        /**
         * DialplanShown
         * @description A template as it runs. ``number`` 0: as it is shipped. ``managed``: whether versions can be applied here.
         */
        DialplanShown: {
            managed: boolean;
            name: string;
            number: number;
            shipped: boolean;
            source: string;
            values: {
                [key: string]: string | number;
            };
        };
        /**
         * DialplanText
         * @description A template to be looked at, with the values of a campaign where one is named.
         */
        DialplanText: {
            campaign_id?: string;
            text: string;
            values?: {
                [key: string]: string | number;
            };
        };
        /**
         * DialplanVariable
         * @description A variable templates may use; ``range`` and ``meaning`` for people.
         */
        DialplanVariable: {
            default: string | number;
            meaning: string;
            name: string;
            range: string;
            type: string;
            unit: string;
        };
        /**
         * DialplanVersion
         * @description A version of a template, and what became of it. ``number`` 0 is the shipped one, which nobody made here.
         */
        DialplanVersion: {
            at: string;
            author: string;
            findings: components["schemas"]["DialplanFinding"][];
            number: number;
            reason: string;
            runs: boolean;
            state: components["schemas"]["VersionState"];
            state_at: string;
            template: string;
            text: string;
            values: {
                [key: string]: string | number;
            };
        };
        /**
         * Direction
         * @description Who called whom.
         * @enum {unknown}
         */
        Direction: "inbound" | "outbound";
        /**
         * DispositionChoice
         * @description A choice, in its place in the order. One that is not active is no longer offered; its code stays taken.
         */
        DispositionChoice: {
            active: boolean;
            category: components["schemas"]["Category"];
            code: string;
            hot_key: number | null;
            label_en: string;
            label_zh: string;
            requires_note: boolean;
        };
        /**
         * DispositionSet
         * @description The choices of a campaign. ``own`` false: it uses those for all, and its version is 0.
         */
        DispositionSet: {
            campaign_id: string | null;
            choices: components["schemas"]["DispositionChoice"][];
            own: boolean;
            version: number;
        };
        /**
         * DispositionWish
         * @description All choices, in their order; they take the place of those there are.
         */
        DispositionWish: {
            choices: components["schemas"]["DispositionChoice"][];
        };
        /**
         * DncAnswer
         * @description What the lists say of a number; ``forbidden``: nobody may call it.
         */
        DncAnswer: {
            entries: components["schemas"]["DncEntry"][];
            forbidden: boolean;
            masked: string;
        };
        /**
         * DncChange
         * @description What somebody did to the lists; numbers are masked.
         */
        DncChange: {
            action: string;
            actor: string;
            at: string;
            detail: string;
            seq: number;
            what: string;
        };
        /**
         * DncEntry
         * @description A number's place on a list in force, also one it was taken off.
         */
        DncEntry: {
            added_at: string | null;
            campaign_id: string | null;
            kind: components["schemas"]["ListKind"];
            list_name: string;
            on_it: boolean;
            reason: string;
            removed_at: string | null;
            removed_by: string;
            source: string;
        };
        /**
         * DncList
         * @description A list in force; ``campaign_id`` null: it holds for all campaigns.
         */
        DncList: {
            age: components["schemas"]["Age"];
            campaign_id: string | null;
            id: number;
            imported_at: string | null;
            kind: components["schemas"]["ListKind"];
            max_age_days: number | null;
            name: string;
            numbers: number;
            obtained_on: string | null;
            prefix: string;
            source: string;
        };
        /**
         * DncOfPhone
         * @description Why a number of a customer is not to be called any more; with a campaign, only by that one.
         */
        DncOfPhone: {
            campaign_id?: string | null;
            reason: string;
        };
        /**
         * DncPlace
         * @description A do-not-call list a number stands on.
         */
        DncPlace: {
            campaign_id: string | null;
            list_name: string;
            since: string | null;
        };
        /**
         * DncQuestion
         * @description A number to be looked up; ``region`` is the country of a national one.
         */
        DncQuestion: {
            number: string;
            region?: string | null;
        };
        /**
         * DncUploadShown
         * @description How far a file is: ``step`` is "read" (bytes) or "written" (numbers).
         */
        DncUploadShown: {
            bad: number;
            done: number;
            id: string;
            name: string;
            numbers: number;
            problem: string;
            rows: number;
            state: string;
            step: string;
            total: number;
        };
        /**
         * DncWish
         * @description A number to be put on, or taken off, the list of people who asked us; with a campaign, that campaign's own.
         */
        DncWish: {
            campaign_id?: string | null;
            number: string;
            reason: string;
            region?: string | null;
        };
        /**
         * DrainReason
         * @description Why a trunk was drained; the codes are shown to people.
         * @enum {unknown}
         */
        DrainReason: "failing" | "ineffective" | "rejected" | "sound" | "unreachable";
        /**
         * FieldProblem
         * @description What is wrong at one place of a request.
         */
        FieldProblem: {
            path: string;
            problem: string;
        };
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
         * FigureMeaning
         * @description What one figure is: what is divided by what, over which span, and when it is good.
         *
         *         Attributes:
         *             name: Of the figure, as live screens get it.
         *             unit: ``count``, ``ratio`` (0..1), ``seconds``, ``per_s`` or ``per_h``.
         *             more_is_better: In which direction it is good; None: in neither.
         *             warn: From this value on it wants a look; None: never by itself.
         *             bad: From this value on something has to be done.
         */
        FigureMeaning: {
            bad: number | null;
            label_en: string;
            label_zh: string;
            meaning_en: string;
            meaning_zh: string;
            more_is_better: boolean | null;
            name: string;
            unit: string;
            warn: number | null;
            window_en: string;
            window_zh: string;
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
         * Finding
         * @description How a rule came out. UNKNOWN: the call could not be heard well enough to tell.
         * @enum {unknown}
         */
        Finding: "failed" | "passed" | "unknown";
        /**
         * FindingShown
         * @description How one rule came out; ``at_s``: where in the recording the evidence is, null without one.
         */
        FindingShown: {
            at_s: number | null;
            evidence: string;
            fatal: boolean;
            finding: components["schemas"]["Finding"];
            kind: components["schemas"]["RuleKind"];
            rule_id: string;
            rule_name: string;
            utterance_id: string;
            value: number | null;
            weight: number;
            why: components["schemas"]["Unjudged"] | null;
        };
        /**
         * GoLive
         * @description Why a table shall decide from now on; empty: as the table itself says.
         */
        GoLive: {
            reason?: string;
        };
        /**
         * HealthDetails
         * @description How everything is: the worst of what was found, and each.
         */
        HealthDetails: {
            findings: components["schemas"]["HealthFinding"][];
            state: components["schemas"]["State"];
        };
        /**
         * HealthFinding
         * @description One thing that was looked at.
         */
        HealthFinding: {
            mend: components["schemas"]["BothLanguages"];
            seen: components["schemas"]["BothLanguages"];
            state: components["schemas"]["State"];
            subject: string;
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
         * HintVerdict
         * @description What an agent says of a hint.
         */
        HintVerdict: {
            mark: components["schemas"]["HintMark"];
        };
        /**
         * HitShown
         * @description An utterance in which it was said; ``at_s``: its place in the recording, null without one.
         */
        HitShown: {
            agent_id: string | null;
            agent_name: string;
            at: string;
            at_s: number | null;
            call_id: string;
            campaign_id: string | null;
            campaign_name: string;
            dialled_at: string;
            disposition: string | null;
            language: string;
            parts: components["schemas"]["PartShown"][];
            recorded: boolean;
            seconds: number;
            side: components["schemas"]["Side"];
            text: string;
            utterance_id: string;
        };
        /**
         * ImportPreview
         * @description What a file seems to be; ``good`` of the first ``tried`` rows would be imported.
         */
        ImportPreview: {
            columns: components["schemas"]["PreviewColumn"][];
            delimiter: string;
            encoding: string;
            fields: string[];
            findings: components["schemas"]["PreviewFinding"][];
            good: number;
            rows: components["schemas"]["PreviewRow"][];
            total: number;
            tried: number;
        };
        /**
         * ImportReceived
         * @description A file that was sent; ``before``: imports of the very same file into this campaign.
         */
        ImportReceived: {
            before: components["schemas"]["ImportShown"][];
            job: components["schemas"]["ImportShown"];
            preview: components["schemas"]["ImportPreview"];
        };
        /**
         * ImportRequest
         * @description How a file is to be imported.
         *
         *         ``mapping``: field -> name of its column, where the header does not say it; "" for a field no column has.
         *         ``region``: the country in which national numbers are read, by default the campaign's.
         *         The consents are those of rows that say nothing.
         */
        ImportRequest: {
            allow_fictional: boolean;
            call_consent: components["schemas"]["Consent"];
            list_name: string;
            mapping: {
                [key: string]: string;
            };
            recording_consent: components["schemas"]["Consent"];
            region: string | null;
        };
        /**
         * ImportShown
         * @description An import. ``rows`` of ``total`` have been read; ``kept``: the file is still here.
         */
        ImportShown: {
            actor: string;
            already_there: number;
            campaign_id: string;
            duplicates: number;
            ended_at: string | null;
            file_name: string;
            has_errors: boolean;
            id: string;
            imported: number;
            kept: boolean;
            new_customers: number;
            problem: string;
            rejected: number;
            rows: number;
            sha256: string;
            started_at: string;
            state: components["schemas"]["ImportState"];
            total: number;
            wish: components["schemas"]["ImportRequest"];
        };
        /**
         * ImportState
         * @description How far an import is.
         * @enum {unknown}
         */
        ImportState: "analysed" | "cancelled" | "done" | "failed" | "interrupted" | "queued" | "running";
        /**
         * JobShown
         * @description A recording that is transcribed after its call; ``reason``: why that failed last.
         */
        JobShown: {
            agent_id: string | null;
            asked_by: string;
            attempts: number;
            call_id: string;
            campaign_id: string | null;
            created_at: string;
            ended_at: string | null;
            next_at: string;
            reason: string;
            state: components["schemas"]["JobState"];
            version: number;
        };
        /**
         * JobState
         * @description Where the transcription of a recording is.
         * @enum {unknown}
         */
        JobState: "done" | "running" | "set_aside" | "waiting";
        /**
         * JudgementShown
         * @description A judgement an agent gave; the last one counts.
         */
        JudgementShown: {
            agent_id: string | null;
            agent_name: string;
            at: string;
            callback_at: string | null;
            category: components["schemas"]["Category"];
            code: string;
            note: string;
        };
        /**
         * LeadChange
         * @description What a lead's place in the order is made of; what is left out stays.
         */
        LeadChange: {
            priority?: number;
            score?: number;
            urgency?: number | null;
            value?: number | null;
        };
        /**
         * LeadReason
         * @description Why a lead is paused or closed.
         */
        LeadReason: {
            reason: string;
        };
        /**
         * LeadShown
         * @description A customer, or a bare number, on the list of a campaign.
         */
        LeadShown: {
            attempts: number;
            call_consent: components["schemas"]["Consent"];
            callback_agent_id: string | null;
            campaign_id: string;
            custom: {
                [key: string]: string;
            };
            customer_id: string | null;
            id: string;
            last_attempt_at: string | null;
            last_outcome: string;
            level: string;
            list_name: string;
            masked: string;
            more_numbers: number;
            name: string;
            next_at: string | null;
            pass_no: number;
            priority: number;
            reason: string;
            recording_consent: components["schemas"]["Consent"];
            refusals: number;
            score: number;
            state: components["schemas"]["LeadState"];
            tags: string[];
            urgency: number | null;
            value: number | null;
            version: number;
            zone: string | null;
        };
        /**
         * LeadState
         * @description Where a lead is. DIALLING is stored before anything is dialled: a crash cannot make it be dialled twice.
         * @enum {unknown}
         */
        LeadState: "callback" | "closed" | "dialling" | "done" | "new" | "paused" | "retry";
        /**
         * LegMediaShown
         * @description A leg of a call. ``in``: what we received of it, ``out``: what its far end received of us.
         *
         *         Of a leg under way (``live``) the figures are of the last look; of one that is over, loss is of all packets, and the
         *         others are means, with the worst look beside them. Round trips are null where the far end told none.
         */
        LegMediaShown: {
            agent_id: string | null;
            at: string;
            bad: boolean;
            bad_looks: number;
            jitter_in_ms: number;
            jitter_in_worst_ms: number;
            jitter_out_ms: number;
            jitter_out_worst_ms: number;
            leg: components["schemas"]["LegSide"];
            live: boolean;
            looks: number;
            loss_in_ratio: number;
            loss_in_worst_ratio: number;
            loss_out_ratio: number;
            loss_out_worst_ratio: number;
            mos: number;
            mos_worst: number;
            round_trip_ms: number | null;
            round_trip_worst_ms: number | null;
            trunk: string;
        };
        /**
         * LegSide
         * @description Whose leg it is.
         * @enum {unknown}
         */
        LegSide: "agent" | "customer";
        /**
         * LineGroupChange
         * @description What changes of a line group; what is left out stays.
         */
        LineGroupChange: {
            caller_id_set?: string;
            calls_per_s?: number;
            capacity?: number;
            cost_per_min?: number;
            enabled?: boolean;
            kind?: components["schemas"]["LineKind"];
            prefixes?: string[];
            trunks?: string[];
            windows?: components["schemas"]["LineHours"][];
            zone?: string;
        };
        /**
         * LineGroupShown
         * @description A line group. ``capacity`` and ``calls_per_s`` 0: only its trunks' own limits hold. ``lines_used``: now.
         */
        LineGroupShown: {
            caller_id_set: string;
            calls_per_s: number;
            capacity: number;
            cost_per_min: number;
            enabled: boolean;
            kind: components["schemas"]["LineKind"];
            lines_used: number;
            name: string;
            open_now: boolean;
            prefixes: string[];
            trunks: string[];
            version: number;
            windows: components["schemas"]["LineHours"][];
            zone: string;
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
         * LineHours
         * @description Hours of some weekdays, Monday is 1; an end before its start lies on the next day.
         */
        LineHours: {
            days: number[];
            end: string;
            start: string;
        };
        /**
         * LineKind
         * @description What the lines of a group are.
         * @enum {unknown}
         */
        LineKind: "4g_gateway" | "e1" | "voip";
        /**
         * LineQuality
         * @description What calls of the last ten minutes say of a trunk; null: too few to say.
         *
         *         ``drained``: no new calls while another trunk can carry them, until ``again_at`` (null: until the carrier itself is
         *         well); ``trying``: a small share of them. ``answer_ratio``: ASR (E.411), ``carried_ratio``: NER (E.425), sound: of
         *         customers' legs.
         */
        LineQuality: {
            again_at: string | null;
            answer_ratio: number | null;
            attempts: number;
            carried_ratio: number | null;
            jitter_ms: number | null;
            legs: number;
            loss_ratio: number | null;
            mos: number | null;
            post_dial_delay_s: number | null;
            reason: components["schemas"]["DrainReason"] | null;
            round_trip_ms: number | null;
            since: string | null;
            state: components["schemas"]["LineState"];
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
         * LineState
         * @description Whether calls are started on a trunk.
         * @enum {unknown}
         */
        LineState: "drained" | "open" | "trying";
        /**
         * LinkMade
         * @description A one-time link: open ``/setup?token=…``.
         */
        LinkMade: {
            link_token: string;
        };
        /**
         * LinkWish
         * @description What a one-time link is followed with; login and name only for the first administrator.
         */
        LinkWish: {
            locale?: string;
            login?: string;
            name?: string;
            password: string;
            token: string;
        };
        /**
         * ListKind
         * @description Whose list it is.
         * @enum {unknown}
         */
        ListKind: "campaign" | "imported" | "internal";
        /**
         * ListOfCampaign
         * @description A list inside a campaign, and how many leads it has.
         */
        ListOfCampaign: {
            leads: number;
            list_name: string;
        };
        /**
         * ListOrder
         * @description In which order a campaign calls its leads.
         *
         *         Attributes:
         *             urgency_weight, value_weight: priority = urgency × the first + value × the second.
         *             levels: What a customer level is worth as a value; any vocabulary.
         *             tags: What a tag weighs; of a lead with several the heaviest counts.
         *             new_every: Each n-th lead is one never called before; 0: they are in the order of all.
         *             mix: Shares of the calls by list; empty: all lists are in one order.
         *             quotas: How many successes are wanted of a list; then it is called no more.
         */
        ListOrder: {
            levels?: {
                [key: string]: number;
            };
            mix: components["schemas"]["MixPart"][];
            new_every: number;
            quotas?: {
                [key: string]: number;
            };
            tags?: {
                [key: string]: number;
            };
            urgency_weight: number;
            value_weight: number;
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
            severity: components["schemas"]["waihu_models.word_alert.Severity"] | null;
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
         * LocaleWish
         * @description The language somebody reads.
         */
        LocaleWish: {
            locale: string;
        };
        /**
         * LogInShown
         * @description One of one's own log-ins.
         */
        LogInShown: {
            address: string;
            created_at: string;
            expires_at: string;
            id: string;
            program: string;
            this: boolean;
        };
        /**
         * LogInWish
         * @description Who wants to log in.
         */
        LogInWish: {
            login: string;
            password: string;
        };
        /**
         * MadeCall
         * @description A call that is being made.
         */
        MadeCall: {
            call_id: string;
        };
        /**
         * Me
         * @description Who is logged in.
         */
        Me: {
            agent_id: string | null;
            id: string;
            locale: string;
            login: string;
            name: string;
            rights: {
                [key: string]: components["schemas"]["Scope"];
            };
            role: components["schemas"]["Role"];
            team_id: string | null;
        };
        /**
         * Measure
         * @description What is measured, and its unit.
         * @enum {unknown}
         */
        Measure: "interruptions" | "level" | "overlap" | "pitch" | "silence" | "speech_rate" | "talk_ratio";
        /**
         * MediaSummaryShown
         * @description How the legs of one trunk (customers' legs), or one agent (their own), sounded that were over in some hours.
         *
         *         ``id``: the trunk's name, or the agent's id; ``name`` is for people.
         */
        MediaSummaryShown: {
            bad_legs: number;
            bad_ratio: number;
            id: string;
            jitter_in_ms: number;
            jitter_out_ms: number;
            legs: number;
            loss_in_ratio: number;
            loss_out_ratio: number;
            mos: number;
            mos_worst: number;
            name: string;
            round_trip_ms: number | null;
        };
        /**
         * MenuAction
         * @description What a choice leads to.
         * @enum {unknown}
         */
        MenuAction: "again" | "hang_up" | "menu" | "queue";
        /**
         * MenuChange
         * @description What changes of a menu; what is left out stays.
         */
        MenuChange: {
            closed?: components["schemas"]["MenuKeyChoice"];
            enabled?: boolean;
            keys?: {
                [key: string]: components["schemas"]["MenuKeyChoice"];
            };
            language?: string;
            notice?: boolean;
            numbers?: string[];
            otherwise?: components["schemas"]["MenuKeyChoice"];
            prompt_en?: string;
            prompt_zh?: string;
            title?: string;
            tries?: number;
            wait_s?: number;
            windows?: components["schemas"]["LineHours"][];
            zone?: string;
        };
        /**
         * MenuKeyChoice
         * @description What a key leads to. ``to``: the next menu, or a queue; "" the queue of those who chose none.
         *
         *         ``disposition``: code of a standard one, of a call that is hung up by this.
         */
        MenuKeyChoice: {
            action: components["schemas"]["MenuAction"];
            business_type: string;
            disposition: string;
            language: string;
            say_en: string;
            say_zh: string;
            to: string;
        };
        /**
         * MenuShown
         * @description A menu.
         */
        MenuShown: {
            closed: components["schemas"]["MenuKeyChoice"];
            enabled: boolean;
            keys: {
                [key: string]: components["schemas"]["MenuKeyChoice"];
            };
            language: string;
            name: string;
            notice: boolean;
            numbers: string[];
            open_now: boolean;
            otherwise: components["schemas"]["MenuKeyChoice"];
            prompt_en: string;
            prompt_zh: string;
            title: string;
            tries: number;
            version: number;
            wait_s: number;
            windows: components["schemas"]["LineHours"][];
            zone: string;
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
         * MixPart
         * @description A share of the calls that goes to some lists; a part without names is of all lists that no other part names.
         */
        MixPart: {
            lists: string[];
            share: number;
        };
        /**
         * MovedCall
         * @description A call that would go elsewhere. ``call_id`` null: facts were given for it, at this place of the list.
         */
        MovedCall: {
            at: string | null;
            call_id: string | null;
            draft: components["schemas"]["RoutingDecision"];
            live: components["schemas"]["RoutingDecision"];
            number: string;
            place: number;
        };
        /**
         * NewAgent
         * @description An agent to be made. Without a phone they work with that of their browser; without a campaign for all.
         */
        NewAgent: {
            blended?: boolean;
            campaign_id?: string | null;
            id: string;
            mode?: components["schemas"]["PhoneMode"];
            name?: string;
            phone?: string;
            queues?: string[];
            ring_timeout_s?: number;
            skills?: {
                [key: string]: number;
            };
            team_id?: string | null;
            wrap_limit_s?: number | null;
        };
        /**
         * NewCallTask
         * @description A customer to be called.
         *
         *         ``customer_id``: ours, or the one an import gave. ``script_id``: the campaign whose script is read out, by its id or
         *         name; it calls by its own rules. ``preferred_time``: not before; one that has passed means as soon as possible.
         */
        NewCallTask: {
            callback_url?: string;
            customer_id: string;
            max_retries?: number;
            number?: string | null;
            preferred_time?: string | null;
            reference?: string;
            script_id: string;
        };
        /**
         * NewCampaign
         * @description A campaign to be made; it does not dial before it is started. What is left out has the product's defaults.
         */
        NewCampaign: {
            callback_own_s?: number;
            caller_id?: string;
            caller_id_set?: string;
            calls_per_s?: number;
            check_share?: number;
            detection?: components["schemas"]["Detection"];
            hours?: components["schemas"]["CallingHours"];
            lines_per_agent?: number;
            max_attempts?: number;
            max_attempts_per_day?: number;
            max_lines?: number;
            menu?: string;
            mode?: components["schemas"]["DialMode"];
            name: string;
            number_caps?: components["schemas"]["Cap"][];
            order?: components["schemas"]["ListOrder"];
            packs?: string[];
            pass_delay_s?: number;
            passes?: number;
            patience_s?: number;
            person_cost?: number;
            recording?: boolean;
            recording_needs_consent?: boolean;
            refusals?: components["schemas"]["RefusalRule"];
            region?: string | null;
            retries?: {
                [key: string]: components["schemas"]["RetryRule"];
            };
            ring_timeout_s?: number;
            screening?: boolean;
            script?: string;
            speech_language?: string;
            target_drop_ratio?: number;
            team_id?: string | null;
            trunk?: string;
            voicemail?: string;
        };
        /**
         * NewConsent
         * @description A word of a customer to be kept. ``state`` denied: also for a consent taken back; ``at`` left out: said now.
         */
        NewConsent: {
            at?: string | null;
            channel?: components["schemas"]["Channel"];
            proof?: string;
            purpose: components["schemas"]["Purpose"];
            source: string;
            /** @enum {unknown} */
            state: "denied" | "granted";
        };
        /**
         * NewCustomer
         * @description A customer to be made; ``region`` is the country in which national numbers are read.
         */
        NewCustomer: {
            custom?: {
                [key: string]: string;
            };
            external_id?: string | null;
            language?: string;
            level?: string;
            name: string;
            numbers?: string[];
            region?: string | null;
            tags?: string[];
            zone?: string | null;
        };
        /**
         * NewDialplanVersion
         * @description A version to be kept as a draft.
         */
        NewDialplanVersion: {
            reason: string;
            text: string;
            values?: {
                [key: string]: string | number;
            };
        };
        /**
         * NewLead
         * @description A lead to be put on a list; ``region``: the country of a national number, by default the campaign's.
         */
        NewLead: {
            call_consent?: components["schemas"]["Consent"];
            list_name?: string;
            name?: string;
            number: string;
            priority?: number;
            recording_consent?: components["schemas"]["Consent"];
            region?: string | null;
            score?: number;
            urgency?: number | null;
            value?: number | null;
            zone?: string | null;
        };
        /**
         * NewLineGroup
         * @description A line group to be made.
         */
        NewLineGroup: {
            caller_id_set?: string;
            calls_per_s?: number;
            capacity?: number;
            cost_per_min?: number;
            enabled?: boolean;
            kind?: components["schemas"]["LineKind"];
            name: string;
            prefixes?: string[];
            trunks?: string[];
            windows?: components["schemas"]["LineHours"][];
            zone?: string;
        };
        /**
         * NewManualCall
         * @description Whom to call, by exactly one of these, and for which campaign (None: the agent's own).
         */
        NewManualCall: {
            campaign_id?: string | null;
            customer_id?: string | null;
            lead_id?: string | null;
            number?: string;
        };
        /**
         * NewMenu
         * @description A menu to be made.
         */
        NewMenu: {
            closed?: components["schemas"]["MenuKeyChoice"];
            enabled?: boolean;
            keys?: {
                [key: string]: components["schemas"]["MenuKeyChoice"];
            };
            language?: string;
            name: string;
            notice?: boolean;
            numbers?: string[];
            otherwise?: components["schemas"]["MenuKeyChoice"];
            prompt_en?: string;
            prompt_zh?: string;
            title?: string;
            tries?: number;
            wait_s?: number;
            windows?: components["schemas"]["LineHours"][];
            zone?: string;
        };
        /**
         * NewPhone
         * @description A phone to be made: one that registers, or (``contact``) one at a fixed SIP address.
         */
        NewPhone: {
            contact?: string;
            name: string;
        };
        /**
         * NewQueue
         * @description A queue to be made.
         */
        NewQueue: {
            after_hours?: components["schemas"]["AfterHours"];
            announce_every_s?: number;
            callback_after_s?: number;
            callback_key?: string;
            closed_text?: string;
            enabled?: boolean;
            language?: string;
            most_waiting?: number;
            name: string;
            overflow_to?: string;
            patience_s?: number;
            priority?: number;
            recall?: boolean;
            service_level_ratio?: number;
            service_level_s?: number;
            skills?: {
                [key: string]: number;
            };
            sticky_s?: number;
            strategy?: components["schemas"]["Strategy"];
            title?: string;
            welcome?: string;
            windows?: components["schemas"]["LineHours"][];
            zone?: string;
        };
        /**
         * NewSecret
         * @description A new secret, which is shown only here.
         */
        NewSecret: {
            secret: string;
        };
        /**
         * NewSupervision
         * @description Who is heard, who hears the supervisor, and on which phone (empty: that of this browser).
         */
        NewSupervision: {
            agent_id: string;
            mode?: components["schemas"]["SpyMode"];
            phone?: string;
        };
        /**
         * NewTrunk
         * @description A trunk to be made.
         */
        NewTrunk: {
            caller_id?: string;
            calls_per_s?: number;
            codecs?: string[];
            dial_prefix?: string;
            enabled?: boolean;
            host: string;
            max_lines?: number;
            name: string;
            password?: string;
            port?: number;
            register?: boolean;
            strip_plus?: boolean;
            username?: string;
        };
        /**
         * NewUser
         * @description A user to be made; without a password a one-time link is in the answer.
         */
        NewUser: {
            agent_id?: string | null;
            locale?: string;
            login: string;
            name?: string;
            password?: string;
            role: components["schemas"]["Role"];
            team_id?: string | null;
        };
        /**
         * NewWebhook
         * @description A receiver to be told of what happens from now on. Topics: ``call.ended``, ``call.*``, ``*``.
         */
        NewWebhook: {
            name?: string;
            topics: string[];
            url: string;
        };
        /**
         * NoteMade
         * @description A note that was added.
         */
        NoteMade: {
            id: string;
        };
        /**
         * NoteWish
         * @description A note to be added.
         */
        NoteWish: {
            text: string;
        };
        /**
         * NumberQuality
         * @description What a number has proved to be.
         * @enum {unknown}
         */
        NumberQuality: "invalid" | "no_answer" | "unknown" | "valid" | "wrong_party";
        /**
         * ObjectionFigures
         * @description In how many calls an objection was raised, and what became of the answers that were offered.
         */
        ObjectionFigures: {
            calls: number;
            dismissed: number;
            name: string;
            objection_id: string;
            offered: number;
            used: number;
        };
        /**
         * ObjectionShown
         * @description An objection and its answer. ``next_step`` names a heading of the campaign's script.
         */
        ObjectionShown: {
            active: boolean;
            answer: string;
            campaign_id: string | null;
            id: string;
            language: string;
            name: string;
            next_step: string;
            phrases: string[];
            version: number;
        };
        /**
         * ObjectionWish
         * @description All of an objection.
         */
        ObjectionWish: {
            active?: boolean;
            answer: string;
            campaign_id?: string | null;
            language: string;
            name: string;
            next_step?: string;
            phrases: string[];
        };
        /**
         * Outcome
         * @description Every ended call has exactly one; reports balance over them.
         * @enum {unknown}
         */
        Outcome: "abandoned" | "answered" | "busy" | "cancelled" | "congestion" | "failed" | "hung_up" | "invalid_number" | "machine" | "no_answer" | "rejected" | "unreachable";
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
         * PacingShown
         * @description One decision of the pacer, in words of both languages.
         */
        PacingShown: {
            at: string | null;
            en: string;
            figures: {
                [key: string]: number;
            };
            zh: string;
        };
        /**
         * Page[AuditEntry]
         * @description Some rows, and the cursor of those after them (null: these are the last).
         */
        Page_AuditEntry_: {
            items: components["schemas"]["AuditEntry"][];
            next: string | null;
        };
        /**
         * Page[CallbackShown]
         * @description Some rows, and the cursor of those after them (null: these are the last).
         */
        Page_CallbackShown_: {
            items: components["schemas"]["CallbackShown"][];
            next: string | null;
        };
        /**
         * Page[CallLine]
         * @description Some rows, and the cursor of those after them (null: these are the last).
         */
        Page_CallLine_: {
            items: components["schemas"]["CallLine"][];
            next: string | null;
        };
        /**
         * Page[CallTaskShown]
         * @description Some rows, and the cursor of those after them (null: these are the last).
         */
        Page_CallTaskShown_: {
            items: components["schemas"]["CallTaskShown"][];
            next: string | null;
        };
        /**
         * Page[CustomerLine]
         * @description Some rows, and the cursor of those after them (null: these are the last).
         */
        Page_CustomerLine_: {
            items: components["schemas"]["CustomerLine"][];
            next: string | null;
        };
        /**
         * Page[DeliveryShown]
         * @description Some rows, and the cursor of those after them (null: these are the last).
         */
        Page_DeliveryShown_: {
            items: components["schemas"]["DeliveryShown"][];
            next: string | null;
        };
        /**
         * Page[DncChange]
         * @description Some rows, and the cursor of those after them (null: these are the last).
         */
        Page_DncChange_: {
            items: components["schemas"]["DncChange"][];
            next: string | null;
        };
        /**
         * Page[HitShown]
         * @description Some rows, and the cursor of those after them (null: these are the last).
         */
        Page_HitShown_: {
            items: components["schemas"]["HitShown"][];
            next: string | null;
        };
        /**
         * Page[JobShown]
         * @description Some rows, and the cursor of those after them (null: these are the last).
         */
        Page_JobShown_: {
            items: components["schemas"]["JobShown"][];
            next: string | null;
        };
        /**
         * Page[LeadShown]
         * @description Some rows, and the cursor of those after them (null: these are the last).
         */
        Page_LeadShown_: {
            items: components["schemas"]["LeadShown"][];
            next: string | null;
        };
        /**
         * Page[ObjectionShown]
         * @description Some rows, and the cursor of those after them (null: these are the last).
         */
        Page_ObjectionShown_: {
            items: components["schemas"]["ObjectionShown"][];
            next: string | null;
        };
        /**
         * Page[PhraseListShown]
         * @description Some rows, and the cursor of those after them (null: these are the last).
         */
        Page_PhraseListShown_: {
            items: components["schemas"]["PhraseListShown"][];
            next: string | null;
        };
        /**
         * Page[RecordingShown]
         * @description Some rows, and the cursor of those after them (null: these are the last).
         */
        Page_RecordingShown_: {
            items: components["schemas"]["RecordingShown"][];
            next: string | null;
        };
        /**
         * Page[ScoreShown]
         * @description Some rows, and the cursor of those after them (null: these are the last).
         */
        Page_ScoreShown_: {
            items: components["schemas"]["ScoreShown"][];
            next: string | null;
        };
        /**
         * Page[StoryMoment]
         * @description Some rows, and the cursor of those after them (null: these are the last).
         */
        Page_StoryMoment_: {
            items: components["schemas"]["StoryMoment"][];
            next: string | null;
        };
        /**
         * Page[WordAlertShown]
         * @description Some rows, and the cursor of those after them (null: these are the last).
         */
        Page_WordAlertShown_: {
            items: components["schemas"]["WordAlertShown"][];
            next: string | null;
        };
        /**
         * PartShown
         * @description A stretch of text; ``hit``: it is what was looked for.
         */
        PartShown: {
            hit: boolean;
            text: string;
        };
        /**
         * PasswordWish
         * @description A new password in place of the present one.
         */
        PasswordWish: {
            password: string;
            present: string;
        };
        /**
         * PauseReasons
         * @description What agents can choose from when they pause.
         */
        PauseReasons: {
            reasons: string[];
        };
        /**
         * PeaksShown
         * @description The waveform: for each channel the loudest sample of each of equal parts, 0 to 1.
         */
        PeaksShown: {
            channels: number[][];
            duration_s: number;
        };
        /**
         * Phone
         * @description A SIP phone; without ``contact`` it registers with its name and password.
         */
        Phone: {
            agents: string[];
            contact: string;
            managed: boolean;
            name: string;
            reachable: boolean | null;
            source: components["schemas"]["Source"];
            version: number;
        };
        /**
         * PhoneChange
         * @description What changes of a phone; a new password is in the answer, and nowhere else.
         */
        PhoneChange: {
            contact?: string;
            new_password?: boolean;
        };
        /**
         * PhoneCredentials
         * @description What the browser's phone registers with, over the WebSocket ``/sip`` of this origin.
         */
        PhoneCredentials: {
            domain: string;
            expires_at: string;
            password: string;
            phone: string;
        };
        /**
         * PhoneDetail
         * @description A number of a customer with what is known of it; a copy of the number is in no answer but a reveal.
         */
        PhoneDetail: {
            do_not_call: components["schemas"]["DncPlace"][];
            id: string;
            masked: string;
            quality: components["schemas"]["NumberQuality"];
            quality_at: string | null;
        };
        /**
         * PhoneMode
         * @description How calls reach the phone.
         * @enum {unknown}
         */
        PhoneMode: "nailed_up" | "on_hook";
        /**
         * PhoneWish
         * @description ``keeps_leg``: it is the same page still, and a call of it goes on; a page loaded anew has none.
         */
        PhoneWish: {
            keeps_leg?: boolean;
        };
        /**
         * PhoneWithPassword
         * @description A phone; the password is shown this once (empty: it was not changed).
         */
        PhoneWithPassword: {
            password: string;
            phone: components["schemas"]["Phone"];
            version: number;
        };
        /**
         * PhraseKind
         * @description What a list of phrases is about.
         * @enum {unknown}
         */
        PhraseKind: "competitor" | "complaint" | "do_not_call" | "forbidden_promise" | "legal_threat" | "other" | "price" | "sentiment";
        /**
         * PhraseListShown
         * @description A list. ``campaign_id`` null: it counts in all campaigns; ``language`` empty: in every language.
         */
        PhraseListShown: {
            active: boolean;
            campaign_id: string | null;
            cool_down_s: number;
            id: string;
            kind: components["schemas"]["PhraseKind"];
            language: string;
            name: string;
            phrases: string[];
            severity: components["schemas"]["waihu_models.word_alert.Severity"];
            sides: components["schemas"]["Side"][];
            tell_agent: boolean;
            tell_outside: boolean;
            tell_supervisors: boolean;
            unless: string[];
            version: number;
        };
        /**
         * PhraseListWish
         * @description All of a list.
         *
         *         ``unless``: a phrase beside one of these, up to three words away, is not meant ("no refund"). ``cool_down_s``: so
         *         long after an alert in a call, it raises no other one in that call.
         */
        PhraseListWish: {
            active?: boolean;
            campaign_id?: string | null;
            cool_down_s?: number;
            kind: components["schemas"]["PhraseKind"];
            language: string;
            name: string;
            phrases: string[];
            severity: components["schemas"]["waihu_models.word_alert.Severity"];
            sides?: components["schemas"]["Side"][];
            tell_agent?: boolean;
            tell_outside?: boolean;
            tell_supervisors?: boolean;
            unless?: string[];
        };
        /**
         * PreviewCard
         * @description What an agent is shown; ``lead`` None: there is nothing to call now. ``calls``: ids, newest first.
         */
        PreviewCard: {
            calls: string[];
            campaign_id: string | null;
            lead: components["schemas"]["PreviewLead"] | null;
        };
        /**
         * PreviewColumn
         * @description A column; ``field`` is what it is taken for, null: it is kept under its own name.
         */
        PreviewColumn: {
            field: string | null;
            name: string;
        };
        /**
         * PreviewFinding
         * @description Something wrong with the file; ``code`` is stable.
         */
        PreviewFinding: {
            code: string;
            rows: number;
            text: components["schemas"]["BothLanguages"];
        };
        /**
         * PreviewLater
         * @description When this agent calls the lead instead.
         */
        PreviewLater: {
            /** Format: date-time */
            at: string;
        };
        /**
         * PreviewLead
         * @description A lead that is shown before it is called.
         */
        PreviewLead: {
            attempts: number;
            customer_id: string | null;
            id: string;
            last_attempt_at: string | null;
            last_outcome: string;
            list_name: string;
            name: string;
            number: string;
            promised_at: string | null;
            tags: string[];
        };
        /**
         * PreviewRow
         * @description A row of the file as it is; ``problem``: it cannot be read.
         */
        PreviewRow: {
            cells: string[];
            line: number;
            problem: string;
        };
        /**
         * PreviewSkip
         * @description Why a lead is left to somebody else.
         */
        PreviewSkip: {
            reason: string;
        };
        /**
         * Problem
         * @description An answer that says no (RFC 9457).
         */
        Problem: {
            code: string;
            detail?: string;
            difference?: Record<string, never>;
            errors?: components["schemas"]["FieldProblem"][];
            retryable?: boolean;
            status: number;
            title: string;
            version?: number;
        };
        /**
         * Purpose
         * @description What a consent is about.
         * @enum {unknown}
         */
        Purpose: "call" | "email" | "profiling" | "record" | "sms" | "wechat";
        /**
         * QualityAgreementShown
         * @description People against the program by rule, and people among each other by pair.
         */
        QualityAgreementShown: {
            reviewers: components["schemas"]["AgreementShown"][];
            rules: components["schemas"]["AgreementShown"][];
        };
        /**
         * QualityRuleShown
         * @description A rule. ``campaign_id`` null: of all campaigns; ``language`` empty: of every language.
         */
        QualityRuleShown: {
            active: boolean;
            campaign_id: string | null;
            fatal: boolean;
            id: string;
            kind: components["schemas"]["RuleKind"];
            language: string;
            name: string;
            parameters: components["schemas"]["RuleParameters"];
            version: number;
            weight: number;
        };
        /**
         * QualityRuleWish
         * @description All of a rule. ``weight``: its share of the score; ``fatal``: the score is 0 when it is not kept.
         */
        QualityRuleWish: {
            active?: boolean;
            campaign_id?: string | null;
            fatal?: boolean;
            kind: components["schemas"]["RuleKind"];
            language?: string;
            name: string;
            parameters?: components["schemas"]["RuleParameters"];
            weight?: number;
        };
        /**
         * QueueChange
         * @description What changes of a queue; what is left out stays.
         */
        QueueChange: {
            after_hours?: components["schemas"]["AfterHours"];
            announce_every_s?: number;
            callback_after_s?: number;
            callback_key?: string;
            closed_text?: string;
            enabled?: boolean;
            language?: string;
            most_waiting?: number;
            overflow_to?: string;
            patience_s?: number;
            priority?: number;
            recall?: boolean;
            service_level_ratio?: number;
            service_level_s?: number;
            skills?: {
                [key: string]: number;
            };
            sticky_s?: number;
            strategy?: components["schemas"]["Strategy"];
            title?: string;
            welcome?: string;
            windows?: components["schemas"]["LineHours"][];
            zone?: string;
        };
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
         * QueueShown
         * @description A queue. Skills are levels by name, 1 to 10; the agent needs all of them. ``agents``: who belong to it.
         */
        QueueShown: {
            after_hours: components["schemas"]["AfterHours"];
            agents: number;
            announce_every_s: number;
            callback_after_s: number;
            callback_key: string;
            closed_text: string;
            enabled: boolean;
            language: string;
            most_waiting: number;
            name: string;
            open_now: boolean;
            overflow_to: string;
            patience_s: number;
            priority: number;
            recall: boolean;
            service_level_ratio: number;
            service_level_s: number;
            skills: {
                [key: string]: number;
            };
            sticky_s: number;
            strategy: components["schemas"]["Strategy"];
            title: string;
            version: number;
            welcome: string;
            windows: components["schemas"]["LineHours"][];
            zone: string;
        };
        /**
         * Rating
         * @description How a trunk is doing.
         * @enum {unknown}
         */
        Rating: "bad" | "good" | "off" | "unknown" | "warning";
        /**
         * RecallCall
         * @description By which campaign's rules and lines; "": one's own.
         */
        RecallCall: {
            campaign_id?: string;
        };
        /**
         * RecallMade
         * @description The call that was made.
         */
        RecallMade: {
            call_id: string;
        };
        /**
         * RecallNote
         * @description What became of it, for those who read it later.
         */
        RecallNote: {
            note?: string;
        };
        /**
         * RecallShown
         * @description A caller to be called back. ``times``: calls without an agent; ``waited_s``: the longest of their waits.
         */
        RecallShown: {
            call_id: string;
            customer_id: string | null;
            customer_name: string;
            last_at: string;
            masked: string;
            queue: string;
            times: number;
            turned_away: string;
            waited_s: number;
        };
        /**
         * RecordingShown
         * @description A recording: stereo, the customer left, the agent right.
         */
        RecordingShown: {
            agent_id: string | null;
            call_id: string;
            campaign_id: string | null;
            customer_id: string | null;
            duration_s: number;
            error: string;
            id: string;
            sha256: string;
            size_bytes: number;
            started_at: string;
            state: components["schemas"]["RecordingState"];
        };
        /**
         * RecordingState
         * @description From the first sample to the file that is kept.
         * @enum {unknown}
         */
        RecordingState: "deleted" | "empty" | "failed" | "recording" | "repaired" | "stored";
        /**
         * RefusalRule
         * @description What a customer's refusals mean: a declined call, or what an agent judges to be one.
         *
         *         Attributes:
         *             pause_after: So many in the life of a lead pause it until a person resumes it; 0: never.
         *             judged_final: The agent's word ends the lead at once; False: it is counted, and called again.
         *             again_s: Seconds until then.
         */
        RefusalRule: {
            again_s: number;
            judged_final: boolean;
            pause_after: number;
        };
        /**
         * Registration
         * @description Whether we are registered at a carrier.
         * @enum {unknown}
         */
        Registration: "none" | "registered" | "rejected" | "unknown" | "unregistered";
        /**
         * RetryRule
         * @description What follows an outcome: another attempt after a delay, at most ``max_attempts`` of this outcome in a row.
         *
         *         Attributes:
         *             delay_s: Before the second attempt.
         *             max_attempts: In one pass over the list.
         *             growth: Each further delay is so many times the one before.
         *             longest_delay_s: To which delays grow at most.
         */
        RetryRule: {
            delay_s: number;
            growth: number;
            longest_delay_s: number;
            max_attempts: number;
        };
        /**
         * ReviewShown
         * @description One person's verdicts.
         */
        ReviewShown: {
            at: string;
            note: string;
            reviewer: string;
            verdicts: components["schemas"]["VerdictShown"][];
        };
        /**
         * ReviewWish
         * @description One's verdicts on a call, all of them; what was said before is replaced.
         */
        ReviewWish: {
            note?: string;
            verdicts: components["schemas"]["VerdictWish"][];
        };
        /**
         * Right
         * @description What can be allowed.
         * @enum {unknown}
         */
        Right: "agents.edit" | "agents.read" | "agents.steer" | "audit" | "call_tasks" | "calls.read" | "campaigns.edit" | "campaigns.read" | "campaigns.steer" | "customers.edit" | "customers.read" | "desk" | "dialplan" | "dispositions.edit" | "dispositions.read" | "do_not_call.add" | "do_not_call.edit" | "health" | "imports" | "leads.edit" | "leads.read" | "numbers.reveal" | "phrases.edit" | "quality.edit" | "quality.read" | "quality.review" | "queues.edit" | "queues.read" | "recordings.download" | "recordings.hear" | "routing" | "settings" | "supervise" | "transcripts.read" | "trunks" | "users.edit" | "wall" | "webhooks";
        /**
         * Role
         * @description What somebody is to the contact centre.
         * @enum {unknown}
         */
        Role: "admin" | "agent" | "supervisor";
        /**
         * Rotation
         * @description How long the former secret signs beside the new one.
         */
        Rotation: {
            overlap_hours?: number;
        };
        /**
         * Route
         * @description When something was recognised.
         * @enum {unknown}
         */
        Route: "live" | "post_call";
        /**
         * RouteKind
         * @description What a routing rule chooses.
         * @enum {unknown}
         */
        RouteKind: "agent" | "line_group" | "queue";
        /**
         * RoutingDecision
         * @description Where a call goes. ``rule`` "": none held; ``target`` "": where it would go without any rules.
         */
        RoutingDecision: {
            kind: components["schemas"]["RouteKind"];
            priority: number;
            rule: string;
            table_number: number;
            target: string;
            why: components["schemas"]["BothLanguages"];
        };
        /**
         * RoutingFacts
         * @description What is known of a call; what is left out is not known.
         */
        RoutingFacts: {
            business_type?: string;
            campaign?: string;
            customer_known?: boolean;
            days_since_contact?: number | null;
            /** @enum {unknown} */
            direction?: "inbound" | "outbound";
            hour?: number;
            language?: string;
            last_agent?: string;
            last_outcome?: string;
            last_resolved?: boolean | null;
            level?: string;
            line?: string;
            number?: string;
            open_ticket?: boolean;
            probability?: number | null;
            tags?: string[];
            value?: number | null;
            weekday?: number;
        };
        /**
         * RoutingHits
         * @description How many calls a rule decided on a day; ``rule`` "": none held.
         */
        RoutingHits: {
            day: string;
            hits: number;
            rule: string;
            table_number: number;
        };
        /**
         * RoutingProblem
         * @description What is wrong at a place of a table (``warning``: or may be meant).
         */
        RoutingProblem: {
            path: string;
            problem: components["schemas"]["BothLanguages"];
            warning: boolean;
        };
        /**
         * RoutingRule
         * @description A rule: all conditions (field of a call -> FEEL unary test) have to hold.
         *
         *         The rule with the lowest ``priority`` that holds decides. ``target``: the name of a queue or a line group, the id of
         *         an agent, or ``@last``: who spoke with the customer last.
         */
        RoutingRule: {
            conditions: {
                [key: string]: string;
            };
            enabled: boolean;
            kind: components["schemas"]["RouteKind"];
            name: string;
            priority: number;
            target: string;
        };
        /**
         * RoutingTableHead
         * @description A version of the table. ``version`` counts changes of it, for If-Match.
         */
        RoutingTableHead: {
            author: string;
            default: string;
            live_at: string | null;
            made_at: string;
            number: number;
            reason: string;
            rule_count: number;
            state: components["schemas"]["TableState"];
            version: number;
        };
        /**
         * RoutingTableShown
         * @description A version of the table with its rules, as they were written.
         */
        RoutingTableShown: {
            author: string;
            default: string;
            live_at: string | null;
            made_at: string | null;
            number: number;
            reason: string;
            rules: components["schemas"]["RoutingRule"][];
            state: components["schemas"]["TableState"];
            version: number;
        };
        /**
         * RoutingTableWish
         * @description All of a table: rules and default, or a DMN document in their place.
         */
        RoutingTableWish: {
            default?: string;
            dmn?: string | null;
            reason?: string;
            rules?: components["schemas"]["RoutingRule"][];
        };
        /**
         * RoutingTestResult
         * @description Where the call goes by the table, and where the live one sends it.
         */
        RoutingTestResult: {
            decision: components["schemas"]["RoutingDecision"];
            live: components["schemas"]["RoutingDecision"];
        };
        /**
         * RoutingTestWish
         * @description A table, and what is known of one call.
         */
        RoutingTestWish: {
            facts: components["schemas"]["RoutingFacts"];
            table: components["schemas"]["RoutingTableWish"];
        };
        /**
         * RoutingTrialResult
         * @description What a table would do. ``rebuilt``: calls whose facts were not kept, so that the store's were taken.
         *
         *         ``moved`` calls would go elsewhere than under the live table; the first of them are shown.
         */
        RoutingTrialResult: {
            calls: number;
            hits: components["schemas"]["RuleHits"][];
            live_hits: components["schemas"]["RuleHits"][];
            moved: number;
            rebuilt: number;
            shown: components["schemas"]["MovedCall"][];
        };
        /**
         * RoutingTrialWish
         * @description A table, and the calls it is tried on: so many of the last ones, or those of which facts are given.
         */
        RoutingTrialWish: {
            facts?: components["schemas"]["RoutingFacts"][];
            last_calls?: number;
            table: components["schemas"]["RoutingTableWish"];
        };
        /**
         * RuleHits
         * @description How many calls of the sample a rule decides; "": none held.
         */
        RuleHits: {
            calls: number;
            rule: string;
        };
        /**
         * RuleKind
         * @description What a rule looks at; its parameters stand in ``QualityRule.parameters``.
         * @enum {unknown}
         */
        RuleKind: "dead_air" | "interruptions" | "not_said" | "said" | "talk_ratio";
        /**
         * RulePackShown
         * @description A rule pack; ``asks`` says in sentences what it comes to.
         */
        RulePackShown: {
            asks: components["schemas"]["BothLanguages"][];
            name: string;
            number: string;
            title: string;
        };
        /**
         * RuleParameters
         * @description What a rule looks at, by its kind.
         *
         *         ``said``: ``phrases`` by ``side`` within ``within_s`` of the connection (0: anywhere), of calls of at least
         *         ``least_talk_s``. ``not_said``: ``phrases`` by ``side``. ``talk_ratio``: the agent's share between ``min`` and
         *         ``max``. ``dead_air``: the longest silence at most ``max_s``. ``interruptions``: at most ``max_per_min``.
         *         ``unless``: a phrase said inside one of these is not meant ("risk free" in "not risk free").
         */
        RuleParameters: {
            least_talk_s: number;
            max: number;
            max_per_min: number;
            max_s: number;
            min: number;
            phrases: string[];
            side: components["schemas"]["Side"];
            unless: string[];
            within_s: number;
        };
        /**
         * RulesTogether
         * @description What several rule packs come to; ``problem``: they cannot hold together, and no campaign may be under them.
         */
        RulesTogether: {
            asks: components["schemas"]["BothLanguages"][];
            problem: string;
        };
        /**
         * Scope
         * @description Whose rows a right reaches. TEAM: of one's team, and those that belong to no team.
         * @enum {unknown}
         */
        Scope: "all" | "own" | "team";
        /**
         * ScoreShown
         * @description How a call came out. ``score`` null: it could not be judged, for the reason ``why``.
         */
        ScoreShown: {
            agent_id: string | null;
            agent_name: string;
            call_id: string;
            campaign_id: string | null;
            campaign_name: string;
            failed: number;
            language: string;
            reviews: number;
            sampled: boolean;
            score: number | null;
            talked_at: string;
            why: components["schemas"]["Unjudged"] | null;
        };
        /**
         * SentAgain
         * @description How many deliveries are tried anew.
         */
        SentAgain: {
            count: number;
        };
        /**
         * Session
         * @description A log-in, as its own browser sees it.
         */
        Session: {
            csrf: string;
            expires_at: string;
            now: string;
            user: components["schemas"]["Me"];
        };
        /**
         * Setting
         * @description A setting. ``type``: text, whole, number, list. What file or environment give cannot be changed here.
         */
        Setting: {
            above: number | null;
            changeable: boolean;
            choices: string[];
            default: unknown;
            help: components["schemas"]["BothLanguages"];
            high: number | null;
            longest: number | null;
            low: number | null;
            name: string;
            needs_restart: boolean;
            source: components["schemas"]["waihu.services.setting_shelf.Origin"];
            type: string;
            value: unknown;
            version: number;
            waits_for_restart: boolean;
        };
        /**
         * SettingWish
         * @description What a setting shall be.
         */
        SettingWish: {
            value: unknown;
        };
        /**
         * SetUp
         * @description How far an installation is.
         */
        SetUp: {
            needs_admin: boolean;
        };
        /**
         * Side
         * @description Who speaks. The agent's side is what the customer hears: announcements are on it too.
         * @enum {unknown}
         */
        Side: "agent" | "customer";
        /**
         * SideMeasureShown
         * @description A measure over the whole call; ``baseline``: of its first part, null where there is none.
         */
        SideMeasureShown: {
            baseline: number | null;
            measure: components["schemas"]["Measure"];
            samples: number;
            side: components["schemas"]["Side"];
            value: number;
        };
        /**
         * SideShown
         * @description How far the transcript of one side is, and what could not be heard.
         */
        SideShown: {
            began_at: string | null;
            engine: string;
            heard_s: number;
            language: string;
            lost_s: number;
            model: string;
            reason: string;
            route: components["schemas"]["Route"];
            side: components["schemas"]["Side"];
            state: components["schemas"]["TranscriptState"];
        };
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
         * Source
         * @description Where a trunk, a phone or a value comes from; what stands in the file is changed in the file.
         * @enum {unknown}
         */
        Source: "file" | "store";
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
         * State
         * @description How a check came out.
         * @enum {unknown}
         */
        State: "bad" | "ok" | "warning";
        /**
         * StepName
         * @description How far a test call got.
         * @enum {unknown}
         */
        StepName: "answered" | "early_media" | "ended" | "played" | "playing" | "ringing" | "sent";
        /**
         * StoryCall
         * @description A call as the timeline tells it.
         */
        StoryCall: {
            agent_id: string | null;
            agent_name: string;
            callback_at: string | null;
            campaign_id: string | null;
            direction: components["schemas"]["Direction"];
            disposition: string | null;
            id: string;
            masked: string;
            note: string;
            outcome: components["schemas"]["Outcome"] | null;
            recording_id: string | null;
            recording_state: components["schemas"]["RecordingState"] | null;
            state: components["schemas"]["CallState"];
            talk_s: number;
        };
        /**
         * StoryMoment
         * @description Something that happened: one of the three.
         */
        StoryMoment: {
            at: string;
            call: components["schemas"]["StoryCall"] | null;
            consent: components["schemas"]["ConsentWord"] | null;
            note: components["schemas"]["StoryNote"] | null;
        };
        /**
         * StoryNote
         * @description A note somebody added; ``actor`` names kind and person.
         */
        StoryNote: {
            actor: string;
            id: string;
            text: string;
        };
        /**
         * Strategy
         * @description Which of several free agents gets a caller; ties are broken by who has been available longest.
         * @enum {unknown}
         */
        Strategy: "fewest_calls" | "longest_idle" | "random" | "skill_rank" | "sticky";
        /**
         * SummaryFigures
         * @description What became of the drafts of a campaign in a period.
         *
         *         Attributes:
         *             drafted: All of them; those neither accepted, edited nor discarded wait.
         *             accepted_ratio: Accepted as they were, of those decided on; null: none was.
         *             suggested: Drafts that suggest a disposition, of calls that were judged.
         *             agreed: Of these, judged as suggested.
         *             agreed_ratio: Of the two; null: none was suggested.
         */
        SummaryFigures: {
            accepted: number;
            accepted_ratio: number | null;
            agreed: number;
            agreed_ratio: number | null;
            campaign_id: string | null;
            campaign_name: string;
            discarded: number;
            drafted: number;
            edited: number;
            since: string;
            suggested: number;
            until: string;
        };
        /**
         * SummaryShown
         * @description What a call was about, in its own words. ``disposition``: code of the suggested judgement, empty without one.
         */
        SummaryShown: {
            call_id: string;
            callback_at: string | null;
            disposition: string;
            drafted_at: string;
            mentioned: string[];
            objections: string[];
            reason: string;
            state: components["schemas"]["SummaryState"];
            text: string;
            version: number;
        };
        /**
         * SummaryState
         * @description What the agent made of a draft.
         * @enum {unknown}
         */
        SummaryState: "accepted" | "discarded" | "draft" | "edited";
        /**
         * SummaryVerdict
         * @description What an agent makes of a draft: kept as it is sent here, or (``discarded``) not used at all.
         */
        SummaryVerdict: {
            callback_at?: string | null;
            discarded?: boolean;
            disposition?: string;
            text?: string;
        };
        /**
         * SupervisionChange
         * @description Who hears the supervisor from now on.
         */
        SupervisionChange: {
            mode: components["schemas"]["SpyMode"];
        };
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
         * SupervisionShown
         * @description A supervisor at an agent. A mode that was wished for at the start is on once ``state`` is, a moment later.
         */
        SupervisionShown: {
            agent_id: string;
            mode: components["schemas"]["SpyMode"];
            phone: string;
            since: string;
            started_at: string;
            state: components["schemas"]["SpyState"];
            supervisor: string;
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
        /**
         * TableState
         * @description What a version of the table is.
         * @enum {unknown}
         */
        TableState: "draft" | "live" | "past";
        /**
         * TagCount
         * @description A tag, and how many customers have it.
         */
        TagCount: {
            customers: number;
            tag: string;
        };
        /**
         * TaskState
         * @description Where a call task is. DIALLING is read from its lead, and never stored.
         * @enum {unknown}
         */
        TaskState: "cancelled" | "dialling" | "done" | "failed" | "scheduled";
        /**
         * Team
         * @description People who work together.
         */
        Team: {
            id: string;
            name: string;
            version: number;
        };
        /**
         * TeamWish
         * @description A team to be made or renamed.
         */
        TeamWish: {
            name: string;
        };
        /**
         * TensionMarkShown
         * @description A measure that changed markedly; ``at_s``: its place in the recording, null without one.
         */
        TensionMarkShown: {
            at: string;
            at_s: number | null;
            baseline: number;
            id: string;
            measure: components["schemas"]["Measure"];
            side: components["schemas"]["Side"];
            value: number;
        };
        /**
         * TensionShown
         * @description The indicators of a call. Figures, not feelings.
         */
        TensionShown: {
            call_id: string;
            marks: components["schemas"]["TensionMarkShown"][];
            measures: components["schemas"]["SideMeasureShown"][];
        };
        /**
         * TestCallShown
         * @description A test call; ``good``: the message was played to its end.
         */
        TestCallShown: {
            good: boolean;
            id: string;
            number: string;
            over: boolean;
            started_at: string;
            steps: components["schemas"]["TestCallStep"][];
            trunk: string;
        };
        /**
         * TestCallStep
         * @description How far it got, with the SIP code that told of it (0: none) and what that means.
         */
        TestCallStep: {
            at: string;
            meaning: components["schemas"]["BothLanguages"];
            name: components["schemas"]["StepName"];
            sip_code: number;
        };
        /**
         * TestCallWish
         * @description A number to be called through a trunk, and played a short message; ``fictional`` numbers are for tests.
         */
        TestCallWish: {
            caller_id?: string;
            fictional?: boolean;
            number: string;
            region?: string | null;
            trunk: string;
        };
        /**
         * Throttle
         * @description How fast a campaign may dial, as a supervisor steers it.
         */
        Throttle: {
            calls_per_s?: number;
            lines_per_agent?: number;
            max_lines?: number;
        };
        /**
         * Token
         * @description A token, shown this once; it goes into ``Authorization: Bearer …``.
         */
        Token: {
            expires_at: string;
            token: string;
        };
        /**
         * TokenWish
         * @description A token for a program that acts for who asks.
         */
        TokenWish: {
            days?: number;
            name: string;
        };
        /**
         * TranscriptionWish
         * @description How a call is to be transcribed; without a language, in the one it was begun in.
         */
        TranscriptionWish: {
            language?: string;
        };
        /**
         * TranscriptShown
         * @description What both sides of a call said, by time. ``recording_id`` is given to whom may hear it.
         */
        TranscriptShown: {
            call_id: string;
            recording_id: string | null;
            sides: components["schemas"]["SideShown"][];
            utterances: components["schemas"]["UtteranceShown"][];
        };
        /**
         * TranscriptState
         * @description Where the transcript of one side of a call is.
         * @enum {unknown}
         */
        TranscriptState: "deferred" | "done" | "failed" | "listening" | "no_model";
        /**
         * Trunk
         * @description A carrier. One of the settings file is changed there; not ``managed``: it also has to be set up by hand.
         */
        Trunk: {
            caller_id: string;
            calls_per_s: number;
            codecs: string[];
            dial_prefix: string;
            enabled: boolean;
            has_password: boolean;
            hint: components["schemas"]["BothLanguages"];
            host: string;
            managed: boolean;
            max_lines: number;
            name: string;
            port: number;
            register: boolean;
            source: components["schemas"]["Source"];
            strip_plus: boolean;
            username: string;
            version: number;
        };
        /**
         * TrunkChange
         * @description What changes of a trunk; what is left out stays, the password too.
         */
        TrunkChange: {
            caller_id?: string;
            calls_per_s?: number;
            codecs?: string[];
            dial_prefix?: string;
            enabled?: boolean;
            host?: string;
            max_lines?: number;
            password?: string;
            port?: number;
            register?: boolean;
            strip_plus?: boolean;
            username?: string;
        };
        /**
         * TrunkState
         * @description A trunk now. Figures are of its calls of the last hour: answered per attempt, average talk, post-dial delay.
         *
         *         ``quality``: whether it gets calls, and its last ten minutes, null for one that is switched off; ``group``: the line
         *         group it is in.
         */
        TrunkState: {
            answer_ratio: number | null;
            answered: number;
            attempts: number;
            average_talk_s: number | null;
            calls_per_s_now: number;
            codes: components["schemas"]["CodeCount"][];
            group: string | null;
            hints: components["schemas"]["BothLanguages"][];
            lines_used: number;
            max_lines: number;
            name: string;
            post_dial_delay_s: number | null;
            quality: components["schemas"]["LineQuality"] | null;
            rating: components["schemas"]["Rating"];
            reachable: boolean | null;
            registration: components["schemas"]["Registration"];
            round_trip_ms: number | null;
        };
        /**
         * Unjudged
         * @description Why a rule, or a whole call, could not be judged.
         * @enum {unknown}
         */
        Unjudged: "failed" | "held" | "language_unknown" | "little_speech" | "no_model" | "no_rules" | "no_transcript" | "too_short" | "waiting";
        /**
         * User
         * @description Somebody who may log in.
         */
        User: {
            agent_id: string | null;
            created_at: string;
            disabled: boolean;
            has_password: boolean;
            id: string;
            locale: string;
            locked_until: string | null;
            login: string;
            name: string;
            role: components["schemas"]["Role"];
            team_id: string | null;
            version: number;
        };
        /**
         * UserChange
         * @description What changes of a user; what is left out stays.
         */
        UserChange: {
            agent_id?: string | null;
            disabled?: boolean;
            locale?: string;
            name?: string;
            role?: components["schemas"]["Role"];
            team_id?: string | null;
        };
        /**
         * UserMade
         * @description A new user, and the one-time link by which they set a password.
         */
        UserMade: {
            link_token: string;
            user: components["schemas"]["User"];
        };
        /**
         * UtteranceShown
         * @description What one side said between two pauses; ``at_s``: its place in the recording, null without one.
         */
        UtteranceShown: {
            at: string;
            at_s: number | null;
            id: string;
            language: string;
            n: number;
            route: components["schemas"]["Route"];
            seconds: number;
            side: components["schemas"]["Side"];
            text: string;
            words: components["schemas"]["WordShown"][];
        };
        /**
         * Verdict
         * @description What answered, as machine detection hears it.
         * @enum {unknown}
         */
        Verdict: "human" | "machine" | "unsure";
        /**
         * VerdictShown
         * @description What a person says of one rule in a call.
         */
        VerdictShown: {
            found: components["schemas"]["Finding"] | null;
            note: string;
            rule_id: string;
            rule_name: string;
            verdict: components["schemas"]["Finding"];
        };
        /**
         * VerdictWish
         * @description What one says of a rule in a call.
         */
        VerdictWish: {
            note?: string;
            rule_id: string;
            verdict: components["schemas"]["Finding"];
        };
        /**
         * VersionState
         * @description Where a version of a template stands.
         *
         *         draft → staged (it passed all that can be tried beside the exchange) → applied → rolled_back; or refused.
         * @enum {unknown}
         */
        VersionState: "applied" | "draft" | "refused" | "rolled_back" | "staged";
        /**
         * Origin
         * @description Who started an outbound call; of an inbound one it says nothing.
         * @enum {unknown}
         */
        "waihu_models.call.Origin": "list" | "manual" | "preview";
        /**
         * Severity
         * @description How bad a finding is. ERROR: the template does not reach the exchange.
         * @enum {unknown}
         */
        "waihu_models.dialplan.Severity": "error" | "warning";
        /**
         * HintShown
         * @description An answer is offered.
         */
        "waihu_models.live_events.HintShown": {
            hint: components["schemas"]["LiveHint"];
            /** @enum {unknown} */
            type: "hint_shown";
        };
        /**
         * Severity
         * @description How much it matters.
         * @enum {unknown}
         */
        "waihu_models.word_alert.Severity": "note" | "urgent" | "warning";
        /**
         * HintShown
         * @description An answer an agent was offered, or a judgement (``disposition``), and what the agent said of it.
         */
        "waihu.api.routes_assist.HintShown": {
            answer: string;
            at: string;
            disposition: string;
            id: string;
            mark: components["schemas"]["HintMark"] | null;
            marked_at: string | null;
            name: string;
            next_step: string;
            phrase: string;
            utterance_id: string;
        };
        /**
         * Origin
         * @description Where a value comes from.
         * @enum {unknown}
         */
        "waihu.services.setting_shelf.Origin": "default" | "environment" | "file" | "store";
        /**
         * WebhookChange
         * @description What changes of a receiver; what is left out stays. One that is not active is told later of what it missed.
         */
        WebhookChange: {
            active?: boolean;
            name?: string;
            topics?: string[];
            url?: string;
        };
        /**
         * WebhookMade
         * @description A new receiver and the secret it is told under, which is shown only here.
         */
        WebhookMade: {
            secret: string;
            webhook: components["schemas"]["WebhookShown"];
        };
        /**
         * WebhookShown
         * @description A receiver. ``pending``: events on their way to it; ``set_aside``: events it did not take.
         */
        WebhookShown: {
            active: boolean;
            created_at: string;
            created_by: string;
            former_secret_until: string | null;
            id: string;
            name: string;
            pending: number;
            set_aside: number;
            topics: string[];
            url: string;
            version: number;
        };
        /**
         * WebhookTested
         * @description What came of telling a receiver something on trial. ``status`` 0: no answer that says yes.
         */
        WebhookTested: {
            ok: boolean;
            problem: string;
            status: number;
        };
        /**
         * WordAlertShown
         * @description A phrase that was said.
         *
         *         ``at_s``: its place in the recording, null without one. ``text``: the whole utterance, empty when it is deleted.
         *         ``handled_by``: who saw to it, empty while nobody has.
         */
        WordAlertShown: {
            agent_id: string | null;
            agent_name: string;
            at: string;
            at_s: number | null;
            call_id: string;
            campaign_id: string | null;
            campaign_name: string;
            handled_at: string | null;
            handled_by: string;
            id: string;
            kind: components["schemas"]["PhraseKind"];
            late: boolean;
            list_id: string;
            list_name: string;
            phrase: string;
            recording_id: string | null;
            said_at: string;
            severity: components["schemas"]["waihu_models.word_alert.Severity"];
            side: components["schemas"]["Side"];
            text: string;
            utterance_id: string;
        };
        /**
         * WordShown
         * @description A word; ``at_s``: its place in the recording, null without one.
         */
        WordShown: {
            at_s: number | null;
            confidence: number;
            seconds: number;
            text: string;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    list_agents: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Return the agents who asks may see, by id */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AgentShown"][];
                };
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    create_agent: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewAgent"];
            };
        };
        responses: {
            /** @description Make an agent, who can log in at once */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AgentShown"];
                };
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    read_agent: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                agent_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Return one agent */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AgentShown"];
                };
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    change_agent: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                agent_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AgentChange"];
            };
        };
        responses: {
            /** @description Change an agent; what would change a running session counts from the next log-in on */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AgentShown"];
                };
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    desk_available: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                agent_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    desk_log_in: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                agent_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DeskLogIn"];
            };
        };
        responses: {
            /** @description Done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    desk_log_out: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                agent_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DeskLogOut"];
            };
        };
        responses: {
            /** @description Done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    tell_agent: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                agent_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DeskMessage"];
            };
        };
        responses: {
            /** @description Done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    desk_pause: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                agent_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DeskPause"];
            };
        };
        responses: {
            /** @description Done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    show_preview: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                agent_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Return the lead that is shown to the agent, the next one if none is */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PreviewCard"];
                };
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    dial_preview: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path: {
                agent_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Call the lead that is shown */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MadeCall"];
                };
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    put_preview_off: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                agent_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PreviewLater"];
            };
        };
        responses: {
            /** @description Done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    skip_preview: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                agent_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PreviewSkip"];
            };
        };
        responses: {
            /** @description Done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    read_assist_figures: {
        parameters: {
            query?: {
                campaign_id?: string;
                days?: number;
                since?: string | null;
                until?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Return how often drafted summaries were accepted and offered answers were used */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AssistFigures"];
                };
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_audit: {
        parameters: {
            query?: {
                action?: string;
                actor?: string;
                after?: string | null;
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Return what was done, newest first */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_AuditEntry_"];
                };
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_call_tasks: {
        parameters: {
            query?: {
                after?: string | null;
                limit?: number;
                state?: ("cancelled" | "dialling" | "done" | "failed" | "scheduled") | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Return call tasks, the newest first */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_CallTaskShown_"];
                };
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    create_call_task: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewCallTask"];
            };
        };
        responses: {
            /** @description Have a customer called */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CallTaskShown"];
                };
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    read_call_task: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                task_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Return one call task */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CallTaskShown"];
                };
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    cancel_call_task: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                task_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Call nobody for a task any more; its lead is closed */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CallTaskShown"];
                };
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_callbacks: {
        parameters: {
            query?: {
                after?: string | null;
                agent_id?: string;
                everybody?: boolean;
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Return promises to call back, the soonest first */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_CallbackShown_"];
                };
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    change_callback: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                lead_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CallbackChange"];
            };
        };
        responses: {
            /** @description Change when a promise is kept, and by whom; agents move their own in time, supervisors those of their team */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CallbackShown"];
                };
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_calls: {
        parameters: {
            query?: {
                after?: string | null;
                agent_id?: string;
                campaign_id?: string;
                customer_id?: string;
                direction?: ("inbound" | "outbound") | null;
                disposition?: string[];
                last4?: string;
                lead_id?: string;
                limit?: number;
                min_talk_s?: number;
                number?: string;
                outcome?: ("abandoned" | "answered" | "busy" | "cancelled" | "congestion" | "failed" | "hung_up" | "invalid_number" | "machine" | "no_answer" | "rejected" | "unreachable")[];
                since?: string | null;
                until?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Look for calls, newest first */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_CallLine_"];
                };
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    make_call: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewManualCall"];
            };
        };
        responses: {
            /** @description Call somebody by hand, if the law and the campaign's rules allow it */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MadeCall"];
                };
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    read_call: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                call_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Return one call, and why it ended as it did */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CallDetail"];
                };
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    begin_conference: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                call_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    consult_about_call: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                call_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CallTransfer"];
            };
        };
        responses: {
            /** @description Done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    end_consult: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                call_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    transfer_to_asked: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                call_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    press_keys: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                call_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CallKeys"];
            };
        };
        responses: {
            /** @description Done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    dispose_call: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                call_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CallDisposition"];
            };
        };
        responses: {
            /** @description Done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    hang_up_call: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                call_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_hints: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                call_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Return what the agent of a call was offered, by time */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["waihu.api.routes_assist.HintShown"][];
                };
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    mark_hint: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                call_id: string;
                hint_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["HintVerdict"];
            };
        };
        responses: {
            /** @description Say of a hint that it was used, or of no use; the last word counts */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["waihu.api.routes_assist.HintShown"];
                };
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    hold_call: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                call_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    read_call_media: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                call_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Return how a call sounds now, or how it sounded */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CallMedia"];
                };
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    read_call_quality: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                call_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Return how each rule came out in a call, with the evidence */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CallQualityShown"];
                };
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    review_call: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                call_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ReviewWish"];
            };
        };
        responses: {
            /** @description Say of each rule whether it was kept in a call */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CallQualityShown"];
                };
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    pause_call_recording: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                call_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    resume_call_recording: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                call_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    resume_call: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                call_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    reveal_number_of_call: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                call_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Show the number of a call in clear; it is put on record who saw it */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ClearNumber"];
                };
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    read_call_routing: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                call_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Return why a call was sent where it went; there is nothing of calls that no rules were asked about */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CallRouting"];
                };
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    read_summary: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                call_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Return the summary of a call: a draft until its agent decides */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SummaryShown"];
                };
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    decide_summary: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                call_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SummaryVerdict"];
            };
        };
        responses: {
            /** @description Accept the summary of one's call as it is, or edited, or discard it; the call itself is judged elsewhere */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SummaryShown"];
                };
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    read_tension: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                call_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Return how a call sounded: changes while it went on, figures once it is over */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TensionShown"];
                };
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    read_transcript: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                call_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Return what was said in a call, as far as it was heard */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TranscriptShown"];
                };
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    transcribe_call: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                call_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TranscriptionWish"];
            };
        };
        responses: {
            /** @description Let a call be transcribed from its recording, once more if it was before; what it said till then is replaced */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobShown"];
                };
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    transfer_call: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                call_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CallTransfer"];
            };
        };
        responses: {
            /** @description Done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_campaigns: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Return all campaigns */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CampaignShown"][];
                };
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    create_campaign: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewCampaign"];
            };
        };
        responses: {
            /** @description Make a campaign */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CampaignShown"];
                };
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    read_campaign: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                campaign_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Return one campaign, and how its list stands */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CampaignDetail"];
                };
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    change_campaign: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                campaign_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CampaignChange"];
            };
        };
        responses: {
            /** @description Change a campaign; one that dials follows at once */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CampaignShown"];
                };
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    read_detection: {
        parameters: {
            query?: {
                days?: number;
            };
            header?: never;
            path: {
                campaign_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Return how answers were taken in a campaign, how often that was wrong, and what was learnt of it */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DetectionShown"];
                };
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    forget_detection: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                campaign_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_campaign_dispositions: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                campaign_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Return what agents of a campaign choose from */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DispositionSet"];
                };
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    replace_campaign_dispositions: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                campaign_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DispositionWish"];
            };
        };
        responses: {
            /** @description Give a campaign choices of its own (the first time with ``If-Match: "v0"``) */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DispositionSet"];
                };
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    forget_campaign_dispositions: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                campaign_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    finish_campaign: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                campaign_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Say that a campaign is over; it stops dialling */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CampaignShown"];
                };
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_imports: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                campaign_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Return the newest hundred imports of a campaign, newest first */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ImportShown"][];
                };
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    create_import: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                campaign_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "multipart/form-data": {
                    file: string;
                };
            };
        };
        responses: {
            /** @description Send a list as CSV or a spreadsheet; it is looked at, and waits to be started */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ImportReceived"];
                };
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_leads: {
        parameters: {
            query?: {
                after?: string | null;
                due?: boolean;
                due_before?: string | null;
                inside?: boolean;
                limit?: number;
                list_name?: string;
                name?: string;
                number?: string;
                state?: ("callback" | "closed" | "dialling" | "done" | "new" | "paused" | "retry")[];
            };
            header?: never;
            path: {
                campaign_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Look for leads of a campaign, by name */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_LeadShown_"];
                };
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    create_lead: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path: {
                campaign_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewLead"];
            };
        };
        responses: {
            /** @description Put one lead on the list of a campaign */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LeadShown"];
                };
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_lists: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                campaign_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Return the lists inside a campaign */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ListOfCampaign"][];
                };
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    read_pacing: {
        parameters: {
            query?: {
                limit?: number;
            };
            header?: never;
            path: {
                campaign_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Return the pacer's last decisions and why, oldest first */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PacingShown"][];
                };
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    pause_campaign: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                campaign_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Stop dialling; calls under way go on */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CampaignShown"];
                };
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    start_campaign: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                campaign_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Let a campaign dial */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CampaignShown"];
                };
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    throttle_campaign: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                campaign_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Throttle"];
            };
        };
        responses: {
            /** @description Let a campaign dial faster or slower */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CampaignShown"];
                };
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_colleagues: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Return the other agents of one's team, and those of none, who work now: whoever is available comes first */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Colleague"][];
                };
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_customers: {
        parameters: {
            query?: {
                after?: string | null;
                campaign_id?: string;
                inside?: boolean;
                last4?: string;
                limit?: number;
                name?: string;
                number?: string;
                q?: string;
                sort?: "-name" | "name" | "newest" | "oldest";
                tag?: string[];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Look for customers */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_CustomerLine_"];
                };
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    create_customer: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewCustomer"];
            };
        };
        responses: {
            /** @description Make a customer; one made by somebody of a team belongs to that team */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CustomerDetail"];
                };
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    read_customer: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                customer_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Return one customer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CustomerDetail"];
                };
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    change_customer: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                customer_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CustomerChange"];
            };
        };
        responses: {
            /** @description Change a customer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CustomerDetail"];
                };
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    create_consent: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path: {
                customer_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewConsent"];
            };
        };
        responses: {
            /** @description Keep a word of consent of a customer; those before it stay, and the one said last counts */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CustomerDetail"];
                };
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    create_note: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path: {
                customer_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NoteWish"];
            };
        };
        responses: {
            /** @description Add a note to a customer */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NoteMade"];
                };
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    forbid_phone: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path: {
                customer_id: string;
                phone_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DncOfPhone"];
            };
        };
        responses: {
            /** @description Done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    reveal_number: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                customer_id: string;
                phone_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Show a number in clear; it is put on record who saw it */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ClearNumber"];
                };
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    read_timeline: {
        parameters: {
            query?: {
                after?: string | null;
                kind?: ("call" | "consent" | "note")[];
                limit?: number;
            };
            header?: never;
            path: {
                customer_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Return what happened with a customer, newest first: calls, words of consent, notes */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_StoryMoment_"];
                };
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_dialplan_variables: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Return the variables templates may use */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DialplanVariable"][];
                };
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_dialplans: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Return all templates as they run, by name */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DialplanShown"][];
                };
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    read_dialplan: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Return one template as it runs */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DialplanShown"];
                };
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    compare_dialplan: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DialplanText"];
            };
        };
        responses: {
            /** @description Compare a text with what runs; nothing is kept */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DialplanDifference"];
                };
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    look_at_dialplan: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DialplanText"];
            };
        };
        responses: {
            /** @description Render a text and look it through, together with all other templates; nothing is kept */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DialplanLook"];
                };
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    roll_back_dialplan: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DialplanReturn"];
            };
        };
        responses: {
            /** @description Let what ran before run again */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DialplanShown"];
                };
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_dialplan_versions: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Return the versions of a template, newest first; the shipped one comes last */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DialplanVersion"][];
                };
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    create_dialplan_version: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewDialplanVersion"];
            };
        };
        responses: {
            /** @description Keep a draft of a template; a name that is new makes one of its own */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DialplanVersion"];
                };
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    read_dialplan_version: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
                number: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Return one version */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DialplanVersion"];
                };
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    apply_dialplan_version: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
                number: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Bring a staged version to the exchange: it is applied, or rolled back by itself */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DialplanVersion"];
                };
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    stage_dialplan_version: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
                number: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Look a version through and let a throw-away exchange read it: it is staged, or refused */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DialplanVersion"];
                };
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_dispositions: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Return the choices of all campaigns that have none of their own */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DispositionSet"];
                };
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    replace_dispositions: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DispositionWish"];
            };
        };
        responses: {
            /** @description Put choices in the place of those for all campaigns */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DispositionSet"];
                };
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_dnc_history: {
        parameters: {
            query?: {
                after?: string | null;
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Return what was done to the lists, newest first */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_DncChange_"];
                };
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_dnc_lists: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Return the lists in force */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DncList"][];
                };
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    upload_dnc_list: {
        parameters: {
            query: {
                campaign_id?: string | null;
                max_age_days?: number | null;
                name: string;
                obtained_on: string;
                region?: string | null;
                source: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "multipart/form-data": {
                    file: string;
                };
            };
        };
        responses: {
            /** @description Send a file that takes the place of the list of its name, whole or not at all; it is read in the background */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DncUploadShown"];
                };
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    forget_dnc_list: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                list_name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    look_up_number: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DncQuestion"];
            };
        };
        responses: {
            /** @description Return what the lists say of one number */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DncAnswer"];
                };
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    forbid_number: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DncWish"];
            };
        };
        responses: {
            /** @description Done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    allow_number_again: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DncWish"];
            };
        };
        responses: {
            /** @description Done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    read_dnc_upload: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                upload_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Return how far a file is */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DncUploadShown"];
                };
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    read_health: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Say whether calls can be made: 200 or 503, and nothing else */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": string;
                };
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    read_health_details: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Return what was looked at, how it is, and how to mend it */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HealthDetails"];
                };
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    read_import: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                import_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Return one import, and how far it is */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ImportShown"];
                };
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    repeat_import: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                import_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Begin anew, as a new import, one that failed, was cancelled or interrupted; nothing goes in twice */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ImportShown"];
                };
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    cancel_import: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                import_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description End an import that waits or runs; what is on the list already stays */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ImportShown"];
                };
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    read_import_errors: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                import_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Return the rows that were not taken, each with its reason, as CSV */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/csv": string;
                };
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    preview_import: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                import_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ImportRequest"];
            };
        };
        responses: {
            /** @description Look at a file again with another mapping or region */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ImportPreview"];
                };
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    start_import: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                import_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ImportRequest"];
            };
        };
        responses: {
            /** @description Import a file that was looked at, in the background */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ImportShown"];
                };
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    read_lead: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                lead_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Return one lead */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LeadShown"];
                };
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    change_lead: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                lead_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["LeadChange"];
            };
        };
        responses: {
            /** @description Change a lead's place in the order */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LeadShown"];
                };
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    close_lead: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                lead_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["LeadReason"];
            };
        };
        responses: {
            /** @description Call a lead no more */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LeadShown"];
                };
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    pause_lead: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                lead_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["LeadReason"];
            };
        };
        responses: {
            /** @description Leave a lead alone until it is resumed */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LeadShown"];
                };
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    resume_lead: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                lead_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Let a paused lead be called again */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LeadShown"];
                };
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    reveal_number_of_lead: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                lead_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Show the number of a lead in clear; it is put on record who saw it */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ClearNumber"];
                };
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    read_why_lead: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                lead_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Return in words why a lead is called, or not called, now */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BothLanguages"];
                };
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_line_groups: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Return all line groups, by name */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LineGroupShown"][];
                };
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    create_line_group: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewLineGroup"];
            };
        };
        responses: {
            /** @description Make a line group; it counts for the next call. A trunk is in one group at most */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LineGroupShown"];
                };
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    read_line_group: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Return one line group */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LineGroupShown"];
                };
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    remove_line_group: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    change_line_group: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["LineGroupChange"];
            };
        };
        responses: {
            /** @description Change a line group; it counts for the next call, and calls under way go on */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LineGroupShown"];
                };
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    look_at_desk: {
        parameters: {
            query?: {
                after?: number;
                epoch?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One's own desk: the whole picture, or what has happened since a message one has */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Snapshot"] | components["schemas"]["Changes"];
                };
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_figure_meanings: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What the figures of the wall mean, in English and Chinese */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FigureMeaning"][];
                };
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    look_at_wall: {
        parameters: {
            query?: {
                after?: number;
                epoch?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The wall: the whole picture, or what has happened since a message one has */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Snapshot"] | components["schemas"]["Changes"];
                };
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_media_by_agent: {
        parameters: {
            query?: {
                hours?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Return how the phones of the agents one may see sounded in the last hours */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MediaSummaryShown"][];
                };
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_media_by_trunk: {
        parameters: {
            query?: {
                hours?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Return how the customers' legs of each trunk sounded in the last hours */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MediaSummaryShown"][];
                };
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_menus: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Return all menus, by name */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MenuShown"][];
                };
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    create_menu: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewMenu"];
            };
        };
        responses: {
            /** @description Make a menu; callers of its numbers are led through it from the next call on */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MenuShown"];
                };
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    read_menu: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Return one menu */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MenuShown"];
                };
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    remove_menu: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    change_menu: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["MenuChange"];
            };
        };
        responses: {
            /** @description Change a menu; it counts from the next key on */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MenuShown"];
                };
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    read_metrics: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Return every figure the controller counts, as Prometheus reads it */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_objections: {
        parameters: {
            query?: {
                after?: string | null;
                campaign_id?: string;
                language?: string;
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Return the objections that are answered, by name */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_ObjectionShown_"];
                };
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    create_objection: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ObjectionWish"];
            };
        };
        responses: {
            /** @description Offer agents the answer to a new objection, from the next second on */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ObjectionShown"];
                };
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    read_objection: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                objection_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Return one objection */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ObjectionShown"];
                };
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    replace_objection: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                objection_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ObjectionWish"];
            };
        };
        responses: {
            /** @description Put an objection in the place of what it was; it counts from the next second on */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ObjectionShown"];
                };
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    delete_objection: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                objection_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_pause_reasons: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Return the reasons an agent can give for a pause */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PauseReasons"];
                };
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    issue_phone: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PhoneWish"];
            };
        };
        responses: {
            /** @description Return fresh credentials for one's phone in the browser; those before work no more */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PhoneCredentials"];
                };
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    revoke_phone: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_phones: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Return all SIP phones, by name */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Phone"][];
                };
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    create_phone: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewPhone"];
            };
        };
        responses: {
            /** @description Make a SIP phone; its password is shown this once */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PhoneWithPassword"];
                };
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    remove_phone: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    change_phone: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PhoneChange"];
            };
        };
        responses: {
            /** @description Change where a phone is, or give it a new password */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PhoneWithPassword"];
                };
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_phrase_lists: {
        parameters: {
            query?: {
                after?: string | null;
                campaign_id?: string;
                kind?: ("competitor" | "complaint" | "do_not_call" | "forbidden_promise" | "legal_threat" | "other" | "price" | "sentiment") | null;
                language?: string;
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Return the lists of phrases that are listened for, by name */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_PhraseListShown_"];
                };
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    create_phrase_list: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PhraseListWish"];
            };
        };
        responses: {
            /** @description Listen for the phrases of a new list, from the next second on */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PhraseListShown"];
                };
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    read_phrase_list: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                list_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Return one list of phrases */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PhraseListShown"];
                };
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    replace_phrase_list: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                list_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PhraseListWish"];
            };
        };
        responses: {
            /** @description Put a list in the place of what it was; it counts from the next second on */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PhraseListShown"];
                };
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    delete_phrase_list: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                list_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    read_quality_agreement: {
        parameters: {
            query?: {
                since?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Return how far reviewers agree with the program, by rule, and with each other */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["QualityAgreementShown"];
                };
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_quality_reviews: {
        parameters: {
            query?: {
                after?: string | null;
                campaign_id?: string;
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Return the calls that were chosen for review and that one has not reviewed, the newest first */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_ScoreShown_"];
                };
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_quality_rules: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Return the rules calls are held against, by name */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["QualityRuleShown"][];
                };
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    create_quality_rule: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["QualityRuleWish"];
            };
        };
        responses: {
            /** @description Hold calls against a new rule, those that end from now on */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["QualityRuleShown"];
                };
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    read_quality_rule: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                rule_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Return one rule */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["QualityRuleShown"];
                };
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    replace_quality_rule: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                rule_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["QualityRuleWish"];
            };
        };
        responses: {
            /** @description Put a rule in the place of what it was; scores that were given stay */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["QualityRuleShown"];
                };
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    delete_quality_rule: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                rule_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_quality_scores: {
        parameters: {
            query?: {
                after?: string | null;
                agent_id?: string;
                below?: number | null;
                campaign_id?: string;
                judged?: boolean | null;
                limit?: number;
                sampled?: boolean;
                since?: string | null;
                until?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Return how calls came out, the newest first; agents see their own */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_ScoreShown_"];
                };
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_queues: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Return all queues, by name */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["QueueShown"][];
                };
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    create_queue: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewQueue"];
            };
        };
        responses: {
            /** @description Make a queue; agents belong to it as their own settings say */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["QueueShown"];
                };
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    read_queue: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Return one queue */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["QueueShown"];
                };
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    remove_queue: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    change_queue: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["QueueChange"];
            };
        };
        responses: {
            /** @description Change a queue; it counts for who waits there, too */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["QueueShown"];
                };
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_recalls: {
        parameters: {
            query?: {
                days?: number;
                queue?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Return the callers to be called back, who called last first; 200 at most */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RecallShown"][];
                };
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    call_back: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path: {
                call_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RecallCall"];
            };
        };
        responses: {
            /** @description Call somebody back as the agent who asks; the law and the campaign's rules hold as for every call by hand */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RecallMade"];
                };
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    close_recall: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                call_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RecallNote"];
            };
        };
        responses: {
            /** @description Done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_recordings: {
        parameters: {
            query?: {
                after?: string | null;
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Return the recordings that may be heard, newest first */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_RecordingShown_"];
                };
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    read_recording: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                recording_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Return one recording */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RecordingShown"];
                };
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    read_audio: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                recording_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Return the sound, whole or the range asked for; that somebody listened is put on record */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "audio/wav": string;
                };
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    download_recording: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                recording_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Return the sound as a file to be kept; each one is put on record */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "audio/wav": string;
                };
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    read_peaks: {
        parameters: {
            query?: {
                buckets?: number;
            };
            header?: never;
            path: {
                recording_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Return the waveform of a recording */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PeaksShown"];
                };
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    check_routing_table: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RoutingTableWish"];
            };
        };
        responses: {
            /** @description Say what is wrong with a table that is not kept yet, and (``warning``) what is odd about it */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RoutingProblem"][];
                };
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_routing_hits: {
        parameters: {
            query?: {
                days?: number;
                table?: number | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Return how often each rule decided, by day, newest first; of the contact centre's days */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RoutingHits"][];
                };
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_routing_tables: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Return the newest versions of the routing rules, newest first */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RoutingTableHead"][];
                };
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    create_routing_table: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RoutingTableWish"];
            };
        };
        responses: {
            /** @description Keep a draft of the routing rules; it decides nothing before it goes live, and may have problems until then */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RoutingTableShown"];
                };
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    read_routing_table: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                number: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Return one version of the routing rules */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RoutingTableShown"];
                };
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    replace_routing_table: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                number: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RoutingTableWish"];
            };
        };
        responses: {
            /** @description Put a draft in the place of what it was; what is or was live cannot be changed */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RoutingTableShown"];
                };
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    delete_routing_table: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                number: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    export_routing_table: {
        parameters: {
            query?: {
                columns?: string[];
            };
            header?: never;
            path: {
                number: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Return a version as a DMN 1.3 document, for editors of decision tables */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/xml": string;
                };
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    make_routing_table_live: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                number: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["GoLive"];
            };
        };
        responses: {
            /** @description Let a draft decide from the next call on, or go back to a version that was live; refused while it has problems */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RoutingTableShown"];
                };
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    test_routing_table: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RoutingTestWish"];
            };
        };
        responses: {
            /** @description Say which rule of a table holds for a call, and why; nothing is kept or counted */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RoutingTestResult"];
                };
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    try_routing_table: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RoutingTrialWish"];
            };
        };
        responses: {
            /** @description Try a table on the last calls, or on facts that are given, beside the live one */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RoutingTrialResult"];
                };
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_rule_packs: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Return all rule packs, by name */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RulePackShown"][];
                };
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    join_rule_packs: {
        parameters: {
            query?: {
                name?: string[];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Return what rule packs ask together: of each thing the strictest counts */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RulesTogether"];
                };
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    read_session: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Return who is logged in */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Session"];
                };
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    log_in: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["LogInWish"];
            };
        };
        responses: {
            /** @description Log in; the answer sets the cookie */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Session"];
                };
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    log_out: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    change_locale: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["LocaleWish"];
            };
        };
        responses: {
            /** @description Done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_log_ins: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Return where one is logged in */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LogInShown"][];
                };
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    change_password: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PasswordWish"];
            };
        };
        responses: {
            /** @description Done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    create_token: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TokenWish"];
            };
        };
        responses: {
            /** @description Make a token for a program that acts with one's own rights */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Token"];
                };
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_settings: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Return all settings that can be changed while the program runs */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Setting"][];
                };
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    read_setting: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Return one setting */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Setting"];
                };
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    change_setting: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SettingWish"];
            };
        };
        responses: {
            /** @description Change a setting; it counts at once, or after the next start */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Setting"];
                };
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    reset_setting: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Let the default count again */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Setting"];
                };
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    read_set_up: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Return whether there is an administrator yet */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SetUp"];
                };
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    follow_link: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["LinkWish"];
            };
        };
        responses: {
            /** @description Follow a one-time link: make the first administrator, or set a password; logs in */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Session"];
                };
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    my_supervision: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Return whom one listens to */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SupervisionShown"];
                };
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    start_supervision: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewSupervision"];
            };
        };
        responses: {
            /** @description Ring one's phone and hear an agent */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SupervisionShown"];
                };
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    stop_supervision: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    change_supervision: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SupervisionChange"];
            };
        };
        responses: {
            /** @description Change who hears one */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SupervisionShown"];
                };
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    take_over_call: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Take the customer of whom one hears, on the same phone, which is rung anew; the agent wraps up */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CallTakenOver"];
                };
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_tags: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Return the tags in use, the most used first */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TagCount"][];
                };
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_teams: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Return all teams */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Team"][];
                };
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    create_team: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TeamWish"];
            };
        };
        responses: {
            /** @description Make a team */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Team"];
                };
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    rename_team: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                team_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TeamWish"];
            };
        };
        responses: {
            /** @description Rename a team */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Team"];
                };
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    create_test_call: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TestCallWish"];
            };
        };
        responses: {
            /** @description Call a number through a trunk and play it a short message; never one on a do-not-call list */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TestCallShown"];
                };
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    read_test_call: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                test_call_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Return how far a test call has got; ask once a second until it is over */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TestCallShown"];
                };
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    stop_test_call: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                test_call_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_transcription_jobs: {
        parameters: {
            query?: {
                after?: string | null;
                limit?: number;
                state?: ("done" | "running" | "set_aside" | "waiting")[];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Return recordings that are, or could not be, transcribed after their calls, newest first */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_JobShown_"];
                };
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    read_transcription_job: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                call_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Return how far the transcription of a call is */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobShown"];
                };
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    retry_transcription: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                call_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Try again what was set aside */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobShown"];
                };
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    search_transcripts: {
        parameters: {
            query: {
                after?: string | null;
                agent_id?: string;
                campaign_id?: string;
                disposition?: string[];
                limit?: number;
                list_id?: string;
                q: string;
                side?: ("agent" | "customer") | null;
                since?: string | null;
                until?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Look for words in everything that was said, newest first */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_HitShown_"];
                };
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_trunk_states: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Return how every trunk is doing now, as seen ten seconds ago at most */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TrunkState"][];
                };
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    read_trunk_state: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Return how one trunk is doing now */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TrunkState"];
                };
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_trunks: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Return all trunks, those of the settings file first */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Trunk"][];
                };
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    create_trunk: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewTrunk"];
            };
        };
        responses: {
            /** @description Make a trunk and tell the exchange of it */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Trunk"];
                };
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    read_trunk: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Return one trunk */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Trunk"];
                };
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    remove_trunk: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    change_trunk: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TrunkChange"];
            };
        };
        responses: {
            /** @description Change a trunk; new limits count at once, and calls under way go on */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Trunk"];
                };
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    try_trunk_again: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Give a drained trunk a share of the calls now; one that is not drained stays as it is */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TrunkState"];
                };
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_users: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Return everybody who may log in */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["User"][];
                };
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    create_user: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewUser"];
            };
        };
        responses: {
            /** @description Make a user */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UserMade"];
                };
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    read_user: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                user_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Return one user */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["User"];
                };
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    change_user: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                user_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UserChange"];
            };
        };
        responses: {
            /** @description Change a user; with another role, or disabled, every log-in of theirs ends */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["User"];
                };
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    create_user_link: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                user_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Make a one-time link by which a user sets a new password */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LinkMade"];
                };
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_webhooks: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Return all receivers */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookShown"][];
                };
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    create_webhook: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewWebhook"];
            };
        };
        responses: {
            /** @description Tell a receiver of what happens from now on */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookMade"];
                };
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    read_webhook: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                webhook_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Return one receiver */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookShown"];
                };
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    remove_webhook: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                webhook_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    change_webhook: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                webhook_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["WebhookChange"];
            };
        };
        responses: {
            /** @description Change a receiver */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookShown"];
                };
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    send_all_again: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                webhook_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Try everything anew that a receiver did not take */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SentAgain"];
                };
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_deliveries: {
        parameters: {
            query?: {
                after?: string | null;
                limit?: number;
                state?: "pending" | "set_aside";
            };
            header?: never;
            path: {
                webhook_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Return what is on its way to a receiver, or was not taken */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_DeliveryShown_"];
                };
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    send_again: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                delivery_id: string;
                webhook_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Try one event anew that a receiver did not take */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SentAgain"];
                };
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    rotate_webhook_secret: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                webhook_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Rotation"];
            };
        };
        responses: {
            /** @description Make a new secret; the former one signs as well for a while */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NewSecret"];
                };
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    test_webhook: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                webhook_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Tell a receiver something on trial, at once and once */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookTested"];
                };
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_word_alerts: {
        parameters: {
            query?: {
                after?: string | null;
                agent_id?: string;
                call_id?: string;
                campaign_id?: string;
                handled?: boolean | null;
                kind?: ("competitor" | "complaint" | "do_not_call" | "forbidden_promise" | "legal_threat" | "other" | "price" | "sentiment")[];
                late?: boolean | null;
                limit?: number;
                list_id?: string;
                severity?: ("note" | "urgent" | "warning")[];
                side?: ("agent" | "customer") | null;
                since?: string | null;
                until?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Return alerts on words, the last words first; agents see those they are told of */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_WordAlertShown_"];
                };
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    handle_word_alert: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                alert_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Say that an alert has been seen to */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WordAlertShown"];
                };
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    reopen_word_alert: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                alert_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What was asked cannot be done; the problem says why */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
}
