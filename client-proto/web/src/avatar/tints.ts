// The colours that a mannequin's skin can have, in sRGB; `tint` of a look is an index into them.
export const skinTints = ['#cbc4bc', '#d3b592', '#b97f62', '#c99a97', '#98a68e', '#93a6b8', '#77573f', '#4a4a4d'] as const;
