-- The page of acts reads the newest of each kind by its time, however many there are.
create index admin_act_by_time on admin_act (at);
create index site_change_by_time on site_change (at);
create index model_event_by_time on model_event (at);
create index adaptation_event_by_time on adaptation_event (at);
create index promise_event_by_time on promise_event (at) where action = 'restored';
create index standing_change_by_time on standing_change (at);
