// What each class of machine is asked to draw.

export type Quality = 'desktop' | 'phone' | 'low';

export interface QualitySettings {
  readonly textureScale: number;
  readonly normalMaps: boolean;
  readonly floorTexels: number;
  readonly shadowTexels: number;
  readonly softShadows: boolean;
  readonly cubeTexels: number;
  /** Multisampling of the main picture. */
  readonly samples: number;
  readonly mirror: boolean;
  readonly bloom: number;
  /** Multiplies the distances at which detail ends. */
  readonly reach: number;
  readonly pixelRatioMax: number;
  /** The hall's picture against the canvas. */
  readonly renderScale: number;
}

export const kQualities: Readonly<Record<Quality, QualitySettings>> = {
  desktop: { textureScale: 1, normalMaps: true, floorTexels: 2048, shadowTexels: 4096, softShadows: true, cubeTexels: 256, samples: 4, mirror: true, bloom: 0.16, reach: 1, pixelRatioMax: 2, renderScale: 1 },
  phone: { textureScale: 0.5, normalMaps: true, floorTexels: 2048, shadowTexels: 2048, softShadows: true, cubeTexels: 128, samples: 4, mirror: false, bloom: 0.16, reach: 0.62, pixelRatioMax: 2, renderScale: 1 },
  low: { textureScale: 0.5, normalMaps: false, floorTexels: 1024, shadowTexels: 2048, softShadows: false, cubeTexels: 64, samples: 0, mirror: false, bloom: 0, reach: 0.4, pixelRatioMax: 1, renderScale: 0.55 },
};
