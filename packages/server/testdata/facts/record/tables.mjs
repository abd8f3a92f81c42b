import {req} from './collect.mjs'; import fs from 'node:fs';
// put statuses on pods etc and compare tables of every resource we created
const now=new Date().toISOString().replace(/\.\d+Z/,'Z');
const ago=s=>new Date(Date.now()-s*1000).toISOString().replace(/\.\d+Z/,'Z');
const pod=(name,status,spec={},meta={})=>[{apiVersion:'v1',kind:'Pod',metadata:{name,...meta},spec:{nodeName:'n1',containers:[{name:'a',image:'x:1'},{name:'b',image:'x:1'}],terminationGracePeriodSeconds:30,...spec}},status];
const cs=(name,state,o={})=>({name,image:'x:1',imageID:'',ready:false,restartCount:0,state,...o});
const run={running:{startedAt:ago(100)}};
const pods=[
 pod('running',{phase:'Running',podIPs:[{ip:'10.0.0.1'}],podIP:'10.0.0.1',containerStatuses:[cs('a',run,{ready:true}),cs('b',run,{ready:true})]}),
 pod('crash',{phase:'Running',containerStatuses:[cs('a',{waiting:{reason:'CrashLoopBackOff'}},{restartCount:5,lastState:{terminated:{exitCode:1,finishedAt:ago(300)}}}),cs('b',run,{ready:true})]}),
 pod('pull',{phase:'Pending',containerStatuses:[cs('a',{waiting:{reason:'ImagePullBackOff'}}),cs('b',{waiting:{reason:'ContainerCreating'}})]}),
 pod('done',{phase:'Succeeded',containerStatuses:[cs('a',{terminated:{exitCode:0,reason:'Completed'}}),cs('b',{terminated:{exitCode:0,reason:'Completed'}})]}),
 pod('failed',{phase:'Failed',containerStatuses:[cs('a',{terminated:{exitCode:3,reason:'Error'}}),cs('b',{terminated:{exitCode:0,reason:'Completed'}})]}),
 pod('exit',{phase:'Failed',containerStatuses:[cs('a',{terminated:{exitCode:3}}),cs('b',{terminated:{exitCode:0,signal:9}})]}),
 pod('half',{phase:'Running',conditions:[{type:'Ready',status:'True'}],containerStatuses:[cs('a',{terminated:{exitCode:0,reason:'Completed'}}),cs('b',run,{ready:true})]}),
 pod('half2',{phase:'Running',containerStatuses:[cs('a',{terminated:{exitCode:0,reason:'Completed'}}),cs('b',run,{ready:true})]}),
 pod('evicted',{phase:'Failed',reason:'Evicted'}),
 pod('init0',{phase:'Pending',initContainerStatuses:[cs('i',run),cs('j',{waiting:{reason:'PodInitializing'}})]},{initContainers:[{name:'i',image:'x:1'},{name:'j',image:'x:1'}]}),
 pod('init1',{phase:'Pending',initContainerStatuses:[cs('i',{terminated:{exitCode:0}}),cs('j',{waiting:{reason:'PodInitializing'}})]},{initContainers:[{name:'i',image:'x:1'},{name:'j',image:'x:1'}]}),
 pod('initerr',{phase:'Pending',initContainerStatuses:[cs('i',{terminated:{exitCode:2}},{restartCount:3})]},{initContainers:[{name:'i',image:'x:1'},{name:'j',image:'x:1'}]}),
 pod('initcrash',{phase:'Pending',initContainerStatuses:[cs('i',{waiting:{reason:'CrashLoopBackOff'}},{restartCount:3,lastState:{terminated:{exitCode:1,finishedAt:ago(50)}}})]},{initContainers:[{name:'i',image:'x:1'}]}),
 pod('sidecar',{phase:'Running',conditions:[{type:'Initialized',status:'True'}],initContainerStatuses:[cs('s',run,{ready:true,started:true,restartCount:2,lastState:{terminated:{exitCode:1,finishedAt:ago(4000)}}})],containerStatuses:[cs('a',run,{ready:true}),cs('b',run,{ready:false})]},{initContainers:[{name:'s',image:'x:1',restartPolicy:'Always'}]}),
 pod('gated',{phase:'Pending',conditions:[{type:'PodScheduled',status:'False',reason:'SchedulingGated'}]},{nodeName:undefined,schedulingGates:[{name:'a.b/c'}]}),
 pod('dying',{phase:'Running',containerStatuses:[cs('a',run,{ready:true}),cs('b',run,{ready:true})]},{},{finalizers:['a.b/c']}),
 pod('gates',{phase:'Running',conditions:[{type:'x.y/z',status:'True'}]},{readinessGates:[{conditionType:'x.y/z'},{conditionType:'q.y/z'}]}),
];
await req('POST','/api/v1/namespaces',{apiVersion:'v1',kind:'Namespace',metadata:{name:'tables'}});
await req('POST','/api/v1/namespaces/tables/serviceaccounts',{apiVersion:'v1',kind:'ServiceAccount',metadata:{name:'default'}});
const P='/api/v1/namespaces/tables/pods';
for(const [o,st] of pods){ const r=await req('POST',P,o); if(r.status>=300)console.log(o.metadata.name,r.body.message); const s=await req('PATCH',`${P}/${o.metadata.name}/status`,{status:st},'application/merge-patch+json'); if(s.status>=300) console.log(s.body.message); if(o.metadata.name==='dying') await req('DELETE',`${P}/dying`,{}); }
const S='application/merge-patch+json';
await req('PATCH','/apis/batch/v1/namespaces/default/jobs/j1/status',{status:{startTime:ago(500),succeeded:1,completionTime:ago(100),ready:0,uncountedTerminatedPods:{},conditions:[{type:'SuccessCriteriaMet',status:'True',lastTransitionTime:ago(1),lastProbeTime:ago(1)},{type:'Complete',status:'True',lastTransitionTime:ago(1),lastProbeTime:ago(1)}]}},S).then(r=>r.status>=300&&console.log(r.body.message));
await req('PATCH','/api/v1/nodes/n1/status',{status:{addresses:[{type:'InternalIP',address:'10.9.9.9'}],conditions:[{type:'Ready',status:'True'}],nodeInfo:{osImage:'Linux',kernelVersion:'6',architecture:'amd64',containerRuntimeVersion:'x://1',kubeletVersion:'v1.36.3'}}},S);
await req('PATCH','/api/v1/nodes/n1',{metadata:{labels:{'node-role.kubernetes.io/worker':'','kubernetes.io/role':'q'}},spec:{unschedulable:true}},S);
await req('PATCH','/api/v1/namespaces/default/services/s3/status',{status:{loadBalancer:{ingress:[{ip:'1.2.3.4'},{hostname:'a.b'}]}}},S);
await req('PATCH','/api/v1/namespaces/default/resourcequotas/q1/status',{status:{hard:{pods:'100','limits.cpu':'3',cpu:'1'},used:{pods:'2'}}},S);
await req('PATCH','/apis/apps/v1/namespaces/default/deployments/d1/status',{status:{replicas:3,readyReplicas:1,updatedReplicas:2,availableReplicas:1}},S);
await req('POST','/api/v1/namespaces/default/events',{apiVersion:'v1',kind:'Event',metadata:{name:'ev2'},involvedObject:{kind:'Pod',name:'x',namespace:'default',fieldPath:'spec.containers{a}'},reason:'R',message:' m ',type:'Warning',count:4,firstTimestamp:ago(500),lastTimestamp:ago(60),source:{component:'c',host:'h'}});
const out=[];
const seen=new Set(JSON.parse(fs.readFileSync('./defaults.raw.json')).filter(c=>c.status<300).map(c=>c.path.replace('/namespaces/default','')));
seen.add('/api/v1/namespaces/tables/pods'); seen.add('/apis/rbac.authorization.k8s.io/v1/clusterrolebindings'); seen.add('/apis/flowcontrol.apiserver.k8s.io/v1/flowschemas'); seen.add('/apis/flowcontrol.apiserver.k8s.io/v1/prioritylevelconfigurations'); seen.add('/apis/autoscaling/v1/horizontalpodautoscalers');seen.add('/apis/events.k8s.io/v1/events'); seen.add('/apis/apiregistration.k8s.io/v1/apiservices');seen.add('/apis/networking.k8s.io/v1/ipaddresses');
for(const p of seen){ const l=await req('GET',p); const at=Date.now(); const t=await req('GET',p,undefined,undefined,'application/json;as=Table;v=v1;g=meta.k8s.io'); if(!t.body.rows){console.log(p,t.body.message);continue}
 out.push({path:p,now:at,list:l.body,columns:t.body.columnDefinitions.map(c=>[c.name,c.type,c.format,c.priority]),cells:t.body.rows.map(r=>r.cells),conditions:t.body.rows.map(r=>r.conditions)}); }
fs.writeFileSync('./tables.raw.json',JSON.stringify(out));
console.log(out.length);
