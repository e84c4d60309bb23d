// The eight tints of the mannequins as colours of the page, for the swatches before the mannequins themselves have loaded.
export const tintColours = ["#cbc4bc", "#d3b592", "#b97f62", "#c99a97", "#98a68e", "#93a6b8", "#77573f", "#4a4a4d"] as const;
