/** `<plan-picker>` as a form control (R38.2). */

import { expect, fixture, oneEvent } from '@open-wc/testing';
import '../../widgets/plan-picker/define.ts';
import type { PlanPicker } from '../../widgets/plan-picker/define.ts';
import { allInside, inside, says, textOf } from './support/elements.ts';
import { newProject, type TestProject } from './support/peer.ts';

async function inForm(
  more = '',
  project?: TestProject,
): Promise<{ form: HTMLFormElement; picker: PlanPicker; project: TestProject }> {
  const asked = project ?? (await newProject());
  const form = await fixture<HTMLFormElement>(
    `<form><plan-picker ${asked.attributes} name="plan" ${more}></plan-picker></form>`,
  );
  const picker = form.querySelector('plan-picker') as PlanPicker;
  await says(picker, 'Team');
  return { form, picker, project: asked };
}

const entries = (form: HTMLFormElement): [string, unknown][] => [...new FormData(form).entries()];
const press = (picker: PlanPicker, index: number): void => allInside(picker, '.choice .button')[index]?.click();

describe('plan-picker in a form', () => {
  it('sends the chosen plan and its cycle, and does nothing else', async () => {
    const { form, picker, project } = await inForm();
    expect(entries(form)).to.deep.equal([]);
    const changed = oneEvent(form, 'change');
    press(picker, 1);
    await changed;
    expect(entries(form)).to.deep.equal([
      ['plan', 'pro'],
      ['plan_billing_cycle', 'monthly'],
    ]);
    expect(picker.value).to.equal('pro');
    expect((await project.log()).map(({ method }) => method)).to.deep.equal(['GET']);
  });

  it('sends the cycle that is switched to afterwards', async () => {
    const { form, picker } = await inForm();
    press(picker, 1);
    inside(picker, 'input[value="yearly"]')?.click();
    expect(new FormData(form).get('plan_billing_cycle')).to.equal('yearly');
  });

  it('says which plan is chosen', async () => {
    const { picker } = await inForm();
    press(picker, 2);
    await says(picker, 'Selected');
    expect(allInside(picker, '[aria-pressed="true"]').map(textOf)).to.deep.equal(['Selected']);
  });

  it('wants a choice where one is required', async () => {
    const { form, picker } = await inForm('required');
    expect(form.checkValidity()).to.equal(false);
    expect(picker.validity.valueMissing).to.equal(true);
    expect(picker.validationMessage).to.equal('Choose a plan.');
    press(picker, 0);
    await picker.updateComplete;
    expect(form.checkValidity()).to.equal(true);
  });

  it('goes back to where it began', async () => {
    const { form, picker } = await inForm('value="team"');
    expect(new FormData(form).get('plan')).to.equal('team');
    press(picker, 0);
    expect(new FormData(form).get('plan')).to.equal('free');
    form.reset();
    expect(new FormData(form).get('plan')).to.equal('team');
  });

  it('chooses nothing that the page says no to', async () => {
    const { form, picker } = await inForm();
    form.addEventListener('plan-select', (event) => event.preventDefault());
    press(picker, 1);
    expect(entries(form)).to.deep.equal([]);
  });

  it('is still while its fieldset is disabled', async () => {
    const { form, picker } = await inForm();
    const fieldset = document.createElement('fieldset');
    fieldset.disabled = true;
    form.append(fieldset);
    fieldset.append(picker);
    await picker.updateComplete;
    press(picker, 1);
    expect(picker.value).to.equal('');
  });
});
