// The chosen colour on a piece: materials that say they may be dyed (`tintable`, as our garments do) take it, buttons and
// soles stay as they are. Models are shared, so what is dyed becomes the piece's own.
import { Mesh, type Material, type MeshStandardMaterial, type Object3D } from "three";

export function tint(object: Object3D, hex: string | null): void {
  if (hex === null) return;
  object.traverse((part) => {
    if (part instanceof Mesh) part.material = dyed(part.material as Material | Material[], hex);
  });
}

function dyed(material: Material | Material[], hex: string): Material | Material[] {
  if (Array.isArray(material)) return material.map((one) => dyed(one, hex) as Material);
  if (material.userData["tintable"] !== true) return material;
  const own = material.clone() as MeshStandardMaterial;
  own.color.set(hex);
  return own;
}
