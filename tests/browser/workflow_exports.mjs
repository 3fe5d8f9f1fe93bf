// Reads BPMN as JavaScript's tools do: a document in JSON on each line of stdin, and what is found of it on each of stdout.
import { BpmnModdle } from 'bpmn-moddle';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { validateXML } from 'xmllint-wasm';

const schemas = new URL('../../node_modules/bpmn-moddle/resources/bpmn/xsd/', import.meta.url);
const file = (fileName) => ({ fileName, contents: readFileSync(new URL(fileName, schemas), 'utf8') });
const schema = [file('BPMN20.xsd')];
const preload = ['BPMNDI.xsd', 'DC.xsd', 'DI.xsd', 'Semantic.xsd'].map(file);

async function parsed(xml) {
  const { rootElement, warnings } = await new BpmnModdle().fromXML(xml);
  const [process] = rootElement.rootElements;
  const of = (type) => process.flowElements.filter((it) => it.$type === `bpmn:${type}`);
  return {
    warnings: warnings.map((it) => it.message),
    name: process.name,
    documentation: process.documentation?.[0]?.text,
    tasks: of('Task').map((it) => it.name),
    notes: of('Task').map((it) => it.documentation?.[0]?.text ?? ''),
    flows: of('SequenceFlow').map((it) => [it.sourceRef.id, it.targetRef.id]),
    defaults: of('ExclusiveGateway').filter((it) => it.default).length,
    drawn: rootElement.diagrams[0].plane.planeElement.map((it) => it.bpmnElement.id),
  };
}

async function valid(documents) {
  const xml = documents.map((contents, nth) => ({ fileName: `${nth}.bpmn`, contents }));
  return (await validateXML({ xml, schema, preload })).errors.map((it) => it.message);
}

for await (const line of createInterface({ input: process.stdin })) {
  const asked = JSON.parse(line);
  console.log(JSON.stringify(await (Array.isArray(asked) ? valid(asked) : parsed(asked))));
}
