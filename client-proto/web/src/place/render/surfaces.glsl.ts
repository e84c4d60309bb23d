// Procedural surfaces. Each is GLSL that fills void surface(vec2 uv, out vec3 albedo, out float rough, out float height): albedo around
// one (the vertex colour tints it), height in metres for the normals. They tile over `metres`.

export interface Surface {
  /** Texels along each side on a desktop. */
  readonly size: number;
  readonly metres: readonly [number, number];
  readonly source: string;
}

const head = 'void surface(vec2 u, out vec3 albedo, out float rough, out float height) {';

/** Limestone ashlar: blocks of 1.5 x 0.6 m in half bond, joints of 4 mm, beds, pits. */
const stone: Surface = {
  size: 1024,
  metres: [3, 2.4],
  source: `${head}
  float row = floor(u.y * 4.);
  vec2 block = vec2(u.x * 2. + mod(row, 2.) * .5, u.y * 4.);
  vec2 f = fract(block), id = floor(vec2(mod(block.x, 2.), block.y));
  float joint = smoothstep(.001, .0045, min(min(f.x, 1. - f.x) * 1.5, min(f.y, 1. - f.y) * .6));
  float cloud = fbm(u * 8., vec2(8.), 6), bed = fbm(u * vec2(4., 40.), vec2(4., 40.), 4), fine = valueNoise(u * 420., vec2(420.));
  float pit = smoothstep(.16, 0., voronoi(u * 64., vec2(64.)).x) * smoothstep(.55, .75, fbm(u * 12. + 3., vec2(12.), 3));
  albedo = vec3(.86 + .2 * cloud) * (.95 + .1 * bed) * (.94 + .12 * hash1(id + 3.));
  albedo *= mix(vec3(1.03, 1., .95), vec3(.97, 1., 1.04), hash1(id + 9.));
  albedo *= mix(.62, 1., joint) * (1. - .25 * pit);
  rough = .72 + .14 * cloud;
  height = .0035 * joint + .0006 * cloud + .0002 * fine - .0015 * pit;
}`,
};

const travertine: Surface = {
  size: 512,
  metres: [1.2, 1.2],
  source: `${head}
  float warp = fbm(u * 4., vec2(4.), 4), cloud = fbm(u * 8. + 3., vec2(8.), 5);
  float bed = fbm(vec2(u.x * 3., u.y * 26. + warp * 3.), vec2(3., 26.), 5);
  float pit = smoothstep(.62, .72, fbm(vec2(u.x * 16., u.y * 64.), vec2(16., 64.), 4)) * smoothstep(.5, .62, bed);
  albedo = mix(vec3(.86, .82, .76), vec3(1.04, 1.02, 1.), bed) * (.92 + .14 * cloud) * (1. - .09 * pit);
  rough = .42 + .2 * cloud + .3 * pit;
  height = .0004 * cloud - .0012 * pit;
}`,
};

const plaster: Surface = {
  size: 512,
  metres: [2, 2],
  source: `${head}
  float cloud = fbm(u * 6., vec2(6.), 6), stroke = fbm(u * vec2(3., 9.) + 5., vec2(3., 9.), 5);
  albedo = vec3(.9 + .16 * cloud + .05 * stroke);
  rough = .8 + .1 * cloud;
  height = .0018 * stroke + .0005 * fbm(u * 60., vec2(60.), 3);
}`,
};

/** Oak laid in chevrons: strips of 9 cm meeting at 45 degrees every 45 cm; carries its own colour. */
const chevron: Surface = {
  size: 1024,
  metres: [1.8, 1.8],
  source: `${head}
  vec2 p = u * 1.8;
  const float width = .45;
  float column = floor(p.x / width), fx = fract(p.x / width), side = mod(column, 2.) * 2. - 1.;
  float along = mod(p.y + side * (fx - .5) * width + 1.8, 1.8);
  float strip = floor(along / .09), ft = fract(along / .09);
  vec2 id = vec2(mod(column, 4.), strip);
  vec2 g = vec2(fx * width * 1.414 + hash1(id) * 9., ft * .09);
  float grain = fbm(vec2(g.x * 5. + hash1(id + 1.) * 31., g.y * 160.), vec2(4096.), 5);
  float ring = fbm(vec2(g.x * 1.5, g.y * 40.) + hash1(id + 4.) * 57., vec2(4096.), 3);
  float joint = smoothstep(.0004, .0016, min(min(ft, 1. - ft) * .09 * .707, min(fx, 1. - fx) * width));
  albedo = mix(vec3(.30, .175, .088), vec3(.47, .305, .175), hash1(id + 2.) * .75 + .25 * ring) * (.78 + .36 * grain);
  albedo = mix(albedo, albedo * albedo * 1.4, smoothstep(.55, .8, ring) * .3) * mix(.35, 1., joint);
  rough = .36 + .16 * grain + .2 * (1. - joint);
  height = .0006 * joint + .00018 * grain;
}`,
};

const oak: Surface = {
  size: 512,
  metres: [1, 1],
  source: `${head}
  float warp = fbm(u * vec2(2., 3.), vec2(2., 3.), 4);
  float ring = fbm(vec2(u.x * 2., u.y * 14. + warp * 3.), vec2(2., 14.), 4), grain = fbm(u * vec2(6., 190.), vec2(6., 190.), 4);
  float pore = smoothstep(.62, .8, valueNoise(u * vec2(20., 260.), vec2(20., 260.)));
  albedo = vec3(1., .97, .93) * (.72 + .38 * ring) * (.85 + .25 * grain) * (1. - .3 * pore);
  rough = .46 + .2 * grain;
  height = .0003 * grain - .0004 * pore;
}`,
};

const linen: Surface = {
  size: 512,
  metres: [0.16, 0.16],
  source: `${head}
  vec2 yarn = vec2(fbm(u * vec2(10., 90.), vec2(10., 90.), 3), fbm(u * vec2(90., 10.) + 5., vec2(90., 10.), 3));
  vec2 p = u * 90., f = fract(p) - .5;
  float over = mod(floor(p.x) + floor(p.y), 2.), warp = .5 + .5 * cos(f.x * 6.283), weft = .5 + .5 * cos(f.y * 6.283);
  float thread = mix(weft * (.6 + .4 * warp), warp * (.6 + .4 * weft), over);
  albedo = vec3(.72 + .3 * thread) * (.82 + .3 * mix(yarn.x, yarn.y, over));
  rough = .9;
  height = .00045 * thread;
}`,
};

const leather: Surface = {
  size: 512,
  metres: [0.16, 0.16],
  source: `${head}
  vec3 cell = voronoi(u * 46. + .6 * fbm(u * 14., vec2(14.), 2), vec2(46.));
  float crease = smoothstep(0., .22, cell.y), cloud = fbm(u * 5., vec2(5.), 4);
  albedo = vec3(.88 + .2 * cloud) * (.86 + .14 * crease);
  rough = .40 + .14 * cloud + .12 * (1. - crease);
  height = .0003 * crease;
}`,
};

/** Brushed along one way. */
const metal: Surface = {
  size: 256,
  metres: [0.5, 0.5],
  source: `${head}
  float brush = fbm(u * vec2(3., 150.), vec2(3., 150.), 3), cloud = fbm(u * 4., vec2(4.), 5);
  albedo = vec3(.86 + .2 * cloud) * (.94 + .1 * brush);
  rough = .27 + .16 * brush + .16 * cloud;
  height = .00006 * brush;
}`,
};

export const kSurfaces = { stone, travertine, plaster, chevron, oak, linen, leather, metal } as const;
export type SurfaceName = keyof typeof kSurfaces;
