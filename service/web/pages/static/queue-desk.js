// Which desk this is: the queue, whose comments go when they are decided, or a list in which they stay.

import { datum, one } from "./dom.js";

const desk = one("#desk", HTMLElement);

/** The page's path, where the parts of its list come from too. */
export const place = datum(desk, "place");

/** What is listed, as a query. */
export const query = datum(desk, "query");

/** The name under which the list is asked for what comes after a place. */
export const cursor = datum(desk, "cursor");

/** Whether a comment stays in its place when it is decided. */
export const stays = "stays" in desk.dataset;
