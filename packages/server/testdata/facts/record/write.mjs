import fs from 'node:fs';
const D='../';
const R=n=>JSON.parse(fs.readFileSync(`./${n}.raw.json`));
const W=(n,rows)=>fs.writeFileSync(D+n+'.json','[\n'+rows.map(r=>JSON.stringify(r)).join(',\n')+'\n]\n');
const UID=/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;
const strip=(o)=>{const m={...o.metadata};for(const k of['uid','resourceVersion','creationTimestamp','managedFields','generation'])delete m[k];return {...o,metadata:m}};
// defaults: what the server filled in; admission's and allocators' parts removed
W('defaults',R('defaults').filter(c=>c.status<300).map(c=>{
  const o=strip(JSON.parse(JSON.stringify(c.output).replace(UID,'UID'))); delete o.status; const s=o.spec; delete o.metadata.finalizers; if(o.metadata&&!Object.keys(o.metadata).length)delete o.metadata;
  if(o.kind==='Pod'){ for(const k of['priority','preemptionPolicy','serviceAccount','serviceAccountName'])if(!(c.input.spec.serviceAccount&&k.startsWith('service')))delete s[k]; if(c.input.spec.serviceAccount){s.serviceAccount='default';s.serviceAccountName='default'} s.tolerations=s.tolerations.filter(t=>!t.key?.startsWith('node.kubernetes.io')); if(!s.tolerations.length)delete s.tolerations; s.volumes=s.volumes.filter(v=>!v.name.startsWith('kube-api-access')); if(!s.volumes.length)delete s.volumes; for(const x of[...s.containers,...(s.initContainers??[])]){x.volumeMounts=x.volumeMounts.filter(v=>!v.name.startsWith('kube-api-access')); if(!x.volumeMounts.length)delete x.volumeMounts} }
  if(o.kind==='Service') for(const k of['clusterIP','clusterIPs','ipFamilies','ipFamilyPolicy']) if(!(k in (c.input.spec??{})))delete s[k];
  if(o.kind==='Node') delete o.spec?.taints; if(o.kind==='Namespace') delete o.spec?.finalizers;
  return {resource:`${c.input.apiVersion}/${c.plural}`,input:c.input,output:o};
}));
W('apply',Object.entries(R('apply')).map(([because,steps])=>({because,steps})));
W('tables',R('tables').map(t=>({path:t.path,now:t.now,columns:t.columns,rows:t.list.items.map((o,i)=>{const m={...o.metadata};delete m.managedFields;delete m.uid;delete m.resourceVersion;return {object:{...o,metadata:m},cells:t.cells[i],...(t.conditions[i]?{conditions:t.conditions[i]}:{})}}).slice(0,20)})));
const norm=s=>s?.replace(UID,'u-1').replace(/\n@@[\s\S]*$/,'');
W('validation',Object.entries(R('invalid')).map(([because,c])=>({because,path:c.path,input:c.input,...(c.patch?{patch:c.patch}:{}),...(c.message?{message:norm(c.message)}:{}),...(c.causes?{causes:c.causes.map(x=>x.field).sort()}:{})})));
const cu=R('custom'); fs.writeFileSync(D+'custom.json',JSON.stringify({crd:cu.crd},null,0).slice(0,-1)+',"cases":[\n'+Object.entries(cu.cases).map(([because,c])=>JSON.stringify({because,input:c.input,...(c.patch?{patch:c.patch}:{}),...(c.message?{message:c.message}:{}),...(c.output?{output:c.output}:{})})).join(',\n')+'\n]}\n');
W('definitions',Object.entries(R('crds')).map(([because,c])=>({because,input:c.input,...(c.message?{message:c.message}:{})})));
