"""The studio: a page in the browser where learning can be watched, stopped, rewound and questioned."""
