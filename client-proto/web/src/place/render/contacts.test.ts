// Contact patches follow what they belong to: on the ground, through a jump, and away with it.

import { BoxGeometry, Group, Matrix4, Mesh, MeshBasicMaterial, Scene, Vector3 } from 'three';
import { describe, expect, it } from 'vitest';
import { Contacts } from './contacts.ts';

function standing(scene: Scene, y: number): Group {
  const piece = new Group();
  const body = new Mesh(new BoxGeometry(0.6, 1, 0.4), new MeshBasicMaterial());
  body.position.y = 0.5;
  piece.add(body);
  piece.position.set(2, y, 3);
  scene.add(piece);
  scene.updateMatrixWorld(true);
  return piece;
}

const patchAt = (contacts: Contacts): Vector3 => {
  const matrix = new Matrix4();
  contacts.mesh.getMatrixAt(0, matrix);
  return new Vector3().setFromMatrixPosition(matrix);
};

describe('contacts', () => {
  it('lie under the object, as large as it is', () => {
    const scene = new Scene();
    const contacts = new Contacts(scene);
    contacts.add(standing(scene, 0.4));
    contacts.update(0.1);
    expect(contacts.mesh.count).toBe(1);
    expect(patchAt(contacts).distanceTo(new Vector3(2, 0.4, 3))).toBeLessThan(0.03);
    const footprint = contacts.mesh.geometry.getAttribute('footprint');
    expect(footprint.getX(0)).toBeCloseTo(0.3);
    expect(footprint.getY(0)).toBeCloseTo(0.2);
  });

  it('stay on the ground during a jump and climb only when the object stands', () => {
    const scene = new Scene();
    const contacts = new Contacts(scene);
    const piece = standing(scene, 0);
    contacts.add(piece);
    contacts.update(0.1);
    const rise = (y: number): number => {
      piece.position.y = y;
      scene.updateMatrixWorld(true);
      contacts.update(0.05);
      return patchAt(contacts).y;
    };
    for (const y of [0.2, 0.4, 0.5, 0.45]) expect(rise(y)).toBeLessThan(0.03);
    for (let i = 0; i < 5; i++) rise(0.45);
    expect(rise(0.45)).toBeGreaterThan(0.44);
    expect(rise(0.1)).toBeLessThan(0.13);
  });

  it('go when the object leaves the scene, and hide when it hides', () => {
    const scene = new Scene();
    const contacts = new Contacts(scene);
    const piece = standing(scene, 0);
    contacts.add(piece);
    piece.visible = false;
    contacts.update(0.1);
    expect(contacts.mesh.count).toBe(0);
    piece.visible = true;
    contacts.update(0.1);
    expect(contacts.mesh.count).toBe(1);
    scene.remove(piece);
    contacts.update(0.1);
    expect(contacts.mesh.count).toBe(0);
  });
});
