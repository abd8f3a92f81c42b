import {req} from './collect.mjs'; import fs from 'node:fs';
const A='application/apply-patch+yaml',M='application/merge-patch+json',S='application/strategic-merge-patch+json',J='application/json-patch+json',P='application/json';
const D=(spec,extra={})=>({apiVersion:'apps/v1',kind:'Deployment',metadata:{name:'x',...extra},spec});
const T=(containers,labels={a:'b'},more={})=>({metadata:{labels},spec:{containers,...more}});
const base={selector:{matchLabels:{a:'b'}},template:T([{name:'c',image:'nginx:1',ports:[{containerPort:80}],env:[{name:'A',value:'1'}]}])};
const cm=(data,extra={})=>({apiVersion:'v1',kind:'ConfigMap',metadata:{name:'x',...extra},data});
const svc=(spec)=>({apiVersion:'v1',kind:'Service',metadata:{name:'x'},spec});
const dpath='/apis/apps/v1/namespaces/default/deployments/x', cpath='/api/v1/namespaces/default/configmaps/x', spath='/api/v1/namespaces/default/services/x';
const last={annotations:{'kubectl.kubernetes.io/last-applied-configuration':JSON.stringify({apiVersion:'v1',kind:'ConfigMap',metadata:{annotations:{},name:'x',namespace:'default'},data:{a:'1',b:'2'}})+'\n'}};
const scenarios={
 'apply creates':[dpath,[[A,D({replicas:3,...base}),'m1']]],
 'apply twice changes nothing':[dpath,[[A,D({replicas:3,...base}),'m1'],[A,D({replicas:3,...base}),'m1']]],
 'dropped field is removed':[dpath,[[A,D({replicas:3,minReadySeconds:5,...base}),'m1'],[A,D({...base}),'m1']]],
 'dropped list items are removed':[dpath,[[A,D({...base,template:T([{name:'c',image:'n:1',env:[{name:'A',value:'1'},{name:'B',value:'2'}]},{name:'d',image:'n:1'}])}),'m1'],[A,D({...base,template:T([{name:'c',image:'n:1',env:[{name:'B',value:'2'}]}])}),'m1']]],
 'conflict with applier':[dpath,[[A,D({replicas:3,...base}),'m1'],[A,D({replicas:4,...base}),'m2']]],
 'many conflicts':[dpath,[[A,D({replicas:3,...base}),'m1'],[M,{spec:{paused:true}},'m3'],[A,D({replicas:4,paused:false,selector:base.selector,template:T([{name:'c',image:'nginx:2',ports:[{containerPort:80,name:'q'}],env:[{name:'A',value:'2'}]}])}),'m2']]],
 'force takes over':[dpath,[[A,D({replicas:3,...base}),'m1'],[A,D({replicas:4,...base}),'m2','force']]],
 'shared ownership survives one leaving':[dpath,[[A,D({replicas:3,...base}),'m1'],[A,D({replicas:3,selector:base.selector,template:base.template}),'m2'],[A,D(base),'m1']]],
 'update takes a field':[dpath,[[A,D({replicas:3,...base}),'m1'],[M,{spec:{replicas:5}},'kubectl-scale'],[A,D({replicas:3,...base}),'m1']]],
 'scale subresource has its own manager':[dpath,[[A,D({replicas:3,...base}),'m1'],[M,{spec:{replicas:5}},'scaler',undefined,'/scale']]],
 'status is a manager of its own':[dpath,[[A,D(base),'m1'],[M,{status:{observedGeneration:1,replicas:2,conditions:[{type:'Available',status:'True'}]}},'ctl',undefined,'/status'],[A,D(base),'m1']]],
 'create tracks':[dpath,[[P,D({...base,replicas:2}),'kubectl-create']]],
 'before-first-apply':[dpath,[[P,D({...base,replicas:2}),'kubectl-create'],[M,{metadata:{managedFields:[{}]}},'z'],[A,D({replicas:2,...base}),'m1']]],
 'before-first-apply conflicts':[dpath,[[P,D({...base,replicas:2}),'kubectl-create'],[M,{metadata:{managedFields:[{}]}},'z'],[A,D({replicas:3,...base}),'m1']]],
 'reset by empty list, then updates are not tracked':[dpath,[[P,D({...base,replicas:2}),'kubectl-create'],[M,{metadata:{managedFields:[]}},'z'],[M,{spec:{replicas:9}},'y']]],
 'atomic list is owned whole':[dpath,[[A,D({...base,template:T([{name:'c',image:'n:1',command:['a'],args:['x']}])}),'m1'],[A,D({...base,template:T([{name:'c',image:'n:1',command:['b']}])}),'m2']]],
 'list order of the applier':[dpath,[[A,D({...base,template:T([{name:'c',image:'n:1'},{name:'d',image:'n:1'}])}),'m1'],[A,D({selector:base.selector,template:T([{name:'e',image:'n:1'},{name:'d',image:'n:1'}])}),'m2'],[A,D({...base,template:T([{name:'d',image:'n:1'},{name:'c',image:'n:1'}])}),'m1']]],
 'config map data':[cpath,[[A,cm({a:'1',b:'2'}),'m1'],[A,cm({c:'3'}),'m2'],[A,cm({a:'1'}),'m1'],[A,cm({}),'m2']]],
 'labels and annotations':[cpath,[[A,cm({a:'1'},{labels:{x:'1',y:'2'},annotations:{k:'v'},finalizers:['a.b/c']}),'m1'],[M,{metadata:{labels:{z:'9',x:null}}},'u'],[A,cm({a:'1'},{labels:{y:'2'}}),'m1']]],
 'removing everything by update':[cpath,[[A,cm({a:'1'}),'m1'],[M,{data:null},'u']]],
 'empty map':[cpath,[[P,{apiVersion:'v1',kind:'ConfigMap',metadata:{name:'x',labels:{}},data:{}},'u'],[M,{data:{a:'1'}},'v'],[M,{data:{a:null}},'w']]],
 'kubectl takes over from client-side apply':[cpath,[[P,cm({a:'1',b:'2'},last),'kubectl-client-side-apply'],[A,cm({a:'5',b:'2'}),'kubectl']]],
 'others conflict with client-side apply':[cpath,[[P,cm({a:'1',b:'2'},last),'kubectl-client-side-apply'],[A,cm({a:'5',b:'2'}),'other']]],
 'service ports are keyed':[spath,[[A,svc({clusterIP:'None',ports:[{port:80,name:'a'},{port:81,name:'b'}],selector:{a:'b'}}),'m1'],[A,svc({ports:[{port:82,name:'c',protocol:'UDP'}]}),'m2'],[A,svc({clusterIP:'None',ports:[{port:81,name:'b'}],selector:{a:'b'}}),'m1']]],
 'ancient changes':[cpath,[[P,cm({a:'0'}),'u0'],...Array.from({length:12},(_,i)=>[M,{data:{['k'+i]:'1'}},'u'+(i+1)])]],
 'unknown field':[dpath,[[A,D({...base,foo:1}),'m1']]],
 'duplicate keys':[dpath,[[A,D({...base,template:T([{name:'c',image:'n:1'},{name:'c',image:'n:2'}])}),'m1']]],
 'missing key':[dpath,[[A,D({...base,template:T([{image:'n:1'}])}),'m1']]],
 'wrong version':[dpath,[[A,{...D(base),apiVersion:'apps/v2'},'m1']]],
 'wrong type':[dpath,[[A,D({...base,replicas:'x'}),'m1']]],
 'managedFields in the patch':[dpath,[[A,D(base,{managedFields:[]}),'m1']]],
 'strategic containers':[dpath,[[P,D(base),'m'],[S,{spec:{template:{spec:{containers:[{name:'d',image:'x:1'}]}}}},'s'],[S,{spec:{template:{spec:{containers:[{name:'c',image:'y:1'}]}}}},'s'],[S,{spec:{template:{spec:{containers:[{name:'c',$patch:'delete'}]}}}},'s']]],
 'strategic order':[dpath,[[P,D({...base,template:T([{name:'a',image:'n:1'},{name:'b',image:'n:1'},{name:'c',image:'n:1'}])}),'m'],[S,{spec:{template:{spec:{'$setElementOrder/containers':[{name:'c'},{name:'a'},{name:'d'},{name:'b'}],containers:[{name:'d',image:'q:1'}]}}}},'s']]],
 'strategic order drops nothing':[dpath,[[P,D({...base,template:T([{name:'a',image:'n:1'},{name:'b',image:'n:1'},{name:'c',image:'n:1'}])}),'m'],[S,{spec:{template:{spec:{'$setElementOrder/containers':[{name:'c'},{name:'a'}],containers:[{name:'c',image:'q:1'}]}}}},'s']]],
 'strategic order mismatch':[dpath,[[P,D(base),'m'],[S,{spec:{template:{spec:{'$setElementOrder/containers':[{name:'c'}],containers:[{name:'z',image:'q:1'}]}}}},'s']]],
 'strategic primitive lists':[cpath,[[P,cm({a:'1'},{finalizers:['a.b/1','a.b/2','a.b/3']}),'m'],[S,{metadata:{finalizers:['a.b/4']}},'s'],[S,{metadata:{'$deleteFromPrimitiveList/finalizers':['a.b/2']}},'s'],[S,{metadata:{'$setElementOrder/finalizers':['a.b/4','a.b/1','a.b/3']}},'s']]],
 'strategic retainKeys':[dpath,[[P,D(base),'m'],[S,{spec:{strategy:{$retainKeys:['type'],type:'Recreate'}}},'s']]],
 'strategic retainKeys stray':[dpath,[[P,D(base),'m'],[S,{spec:{strategy:{$retainKeys:['rollingUpdate'],type:'Recreate'}}},'s']]],
 'strategic replace list':[dpath,[[P,D(base),'m'],[S,{spec:{template:{spec:{containers:[{$patch:'replace'},{name:'n',image:'n:1'}]}}}},'s']]],
 'strategic replace map':[cpath,[[P,cm({a:'1',b:'2'}),'m'],[S,{data:{$patch:'replace',c:'3'}},'s']]],
 'strategic delete map':[cpath,[[P,cm({a:'1',b:'2'}),'m'],[S,{data:{$patch:'delete'}},'s']]],
 'strategic bad directive':[cpath,[[P,cm({a:'1'}),'m'],[S,{data:{$patch:'foo'}},'s']]],
 'strategic missing key':[dpath,[[P,D(base),'m'],[S,{spec:{template:{spec:{containers:[{image:'x'}]}}}},'s']]],
 'strategic ports key':[spath,[[P,svc({clusterIP:'None',ports:[{port:80,name:'a'},{port:81,name:'b'}]}),'m'],[S,{spec:{ports:[{port:81,targetPort:9},{port:82,name:'z'}]}},'s'],[S,{spec:{ports:[{port:80,$patch:'delete'}]}},'s']]],
 'strategic nulls':[dpath,[[P,D({...base,replicas:4,minReadySeconds:3}),'m'],[S,{spec:{replicas:null,minReadySeconds:null,template:{spec:{nodeSelector:{a:'b',c:null}}}}},'s'],[S,{spec:{template:{spec:{nodeSelector:null,tolerations:[{key:'x',operator:'Exists'}]}}}},'s'],[S,{spec:{template:{spec:{tolerations:[{key:'y',operator:'Exists'}]}}}},'s']]],
 'merge patch':[dpath,[[P,D({...base,replicas:4}),'m'],[M,{spec:{template:{spec:{containers:[{name:'q',image:'q:1'}]}}}},'s']]],
 'json patch':[dpath,[[P,D({...base,replicas:4}),'m'],[J,[{op:'replace',path:'/spec/replicas',value:2},{op:'add',path:'/spec/template/spec/containers/0/env/-',value:{name:'Z',value:'z'}},{op:'remove',path:'/spec/template/spec/containers/0/ports'},{op:'move',from:'/spec/template/metadata/labels/a',path:'/spec/template/metadata/labels/a'},{op:'copy',from:'/spec/template/metadata/labels/a',path:'/spec/template/metadata/labels/b~1c'},{op:'test',path:'/spec/replicas',value:2}],'s']]],
};
const norm=o=>{ if(o.kind==='Status') return {code:o.code,reason:o.reason,message:o.message,...(o.details?.causes?{causes:o.details.causes}:{})};
  const m={...o.metadata}; for(const k of ['uid','resourceVersion','creationTimestamp','generation'])delete m[k];
  m.managedFields=(m.managedFields||[]).map(({time,...e})=>e); return {...o,metadata:m};};
const out={};
for(const [name,[path,steps]] of Object.entries(scenarios)){
  await req('PATCH',path,JSON.stringify({metadata:{finalizers:null}}),M); await req('DELETE',path+'?gracePeriodSeconds=0',{propagationPolicy:'Background'});
  const list=[];
  for(const [type,body,manager,force,sub=''] of steps){
    const url=(type===P?path.replace(/\/x$/,''):path+sub)+`?fieldManager=${manager}${force?'&force=true':''}${type===A||type===P?'':'&fieldValidation=Strict'}`;
    const r=await req(type===P?'POST':'PATCH',url,body,type);
    const live=await req('GET',path);
    list.push({type,manager,...(force?{force:true}:{}),...(sub?{subresource:sub.slice(1)}:{}),body,...(r.body.kind==='Status'?{error:norm(r.body)}:{object:norm(live.body)})});
    if(type===A) await new Promise(r=>setTimeout(r,0));
  }
  out[name]=list;
}
fs.writeFileSync('./apply.raw.json',JSON.stringify(out,null,1));
for(const [n,l] of Object.entries(out)) for(const s of l) if(s.error) console.log(n,'|',s.error.code,s.error.reason,s.error.message,JSON.stringify(s.error.causes||''));
