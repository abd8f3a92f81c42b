import {req} from './collect.mjs'; import fs from 'node:fs';
const c=(x={})=>({name:'c',image:'nginx',...x});
const tmpl=(spec={},labels={a:'b'})=>({metadata:{labels},spec:{containers:[c()],...spec}});
const sel={matchLabels:{a:'b'}};
const O=(apiVersion,kind,name,rest)=>({apiVersion,kind,metadata:{name},...rest});
const full=c({image:'reg:5000/x/nginx:1.2',ports:[{containerPort:80},{containerPort:81,name:'x',protocol:'UDP'}],livenessProbe:{httpGet:{port:80}},readinessProbe:{tcpSocket:{port:80}},startupProbe:{grpc:{port:90}},lifecycle:{preStop:{httpGet:{port:'x'}}},env:[{name:'A',value:''},{name:'B',valueFrom:{fieldRef:{fieldPath:'metadata.name'}}},{name:'C',valueFrom:{resourceFieldRef:{resource:'limits.cpu'}}}],resources:{limits:{cpu:'1000m',memory:'1024Mi'},requests:{cpu:0.5}},securityContext:{procMount:'Default'},volumeMounts:[{name:'a',mountPath:'/a'}]});
const vols=[{name:'a',emptyDir:{}},{name:'b',configMap:{name:'x'}},{name:'d',secret:{secretName:'x'}},{name:'e',projected:{sources:[{serviceAccountToken:{path:'t'}},{configMap:{name:'x'}},{downwardAPI:{items:[{path:'p',fieldRef:{fieldPath:'metadata.name'}}]}}]}},{name:'f',downwardAPI:{items:[{path:'p',fieldRef:{fieldPath:'metadata.labels'}}]}},{name:'g',hostPath:{path:'/x'}},{name:'h'},{name:'i',ephemeral:{volumeClaimTemplate:{spec:{accessModes:['ReadWriteOnce'],resources:{requests:{storage:'1Gi'}}}}}},{name:'j',iscsi:{targetPortal:'1',iqn:'iqn.2001-04.com.example:x',lun:0}},{name:'k',image:{reference:'foo:latest'}},{name:'l',rbd:{monitors:['a'],image:'x'}},{name:'m',persistentVolumeClaim:{claimName:'z'}}];
const cases=[
 ['pods',O('v1','Pod','p1',{spec:{containers:[c()]}})],
 ['pods',O('v1','Pod','p2',{spec:{containers:[full],initContainers:[c({name:'i',restartPolicy:'Always'})],volumes:vols,hostNetwork:false,securityContext:{},tolerations:[{key:'x'}],topologySpreadConstraints:[{maxSkew:1,topologyKey:'z',whenUnsatisfiable:'DoNotSchedule'}]}})],
 ['pods',O('v1','Pod','p3',{spec:{serviceAccount:'default',hostNetwork:true,containers:[c({image:'nginx:latest',ports:[{containerPort:8099}],resources:{limits:{cpu:'2',memory:'1Gi'}}})]}})],
 ['services',O('v1','Service','s1',{spec:{ports:[{port:80},{port:81,name:'b',targetPort:'x'}].slice(0,1),selector:{a:'b'}}})],
 ['services',O('v1','Service','s2',{spec:{type:'NodePort',ports:[{port:80,nodePort:30080}]}})],
 ['services',O('v1','Service','s3',{spec:{type:'LoadBalancer',ports:[{port:80,nodePort:30081}]}})],
 ['services',O('v1','Service','s4',{spec:{type:'ExternalName',externalName:'a.b'}})],
 ['services',O('v1','Service','s5',{spec:{clusterIP:'None',sessionAffinity:'ClientIP',ports:[{port:80}]}})],
 ['configmaps',O('v1','ConfigMap','c1',{data:{a:'b'}})],
 ['secrets',O('v1','Secret','x1',{stringData:{a:'b'}})],
 ['serviceaccounts',O('v1','ServiceAccount','sa1',{})],
 ['persistentvolumeclaims',O('v1','PersistentVolumeClaim','pvc1',{spec:{accessModes:['ReadWriteOnce'],resources:{requests:{storage:'1Gi'}}}})],
 ['resourcequotas',O('v1','ResourceQuota','q1',{spec:{hard:{pods:'100'}}})],
 ['limitranges',O('v1','LimitRange','l1',{spec:{limits:[{type:'Container',max:{cpu:'2'},min:{cpu:'1m'}}]}})],
 ['replicationcontrollers',O('v1','ReplicationController','rc1',{spec:{template:tmpl()}})],
 ['podtemplates',O('v1','PodTemplate','pt1',{template:tmpl()})],
 ['endpoints',O('v1','Endpoints','ep1',{subsets:[{addresses:[{ip:'10.1.1.1'}],ports:[{port:80}]}]})],
 ['events',O('v1','Event','ev1',{involvedObject:{kind:'Pod',name:'x',namespace:'default'},reason:'R',message:'m',type:'Normal'})],
 ['apps/v1/deployments',O('apps/v1','Deployment','d1',{spec:{selector:sel,template:tmpl()}})],
 ['apps/v1/deployments',O('apps/v1','Deployment','d2',{spec:{selector:sel,strategy:{type:'Recreate'},template:tmpl({containers:[full],volumes:vols})}})],
 ['apps/v1/deployments',O('apps/v1','Deployment','d3',{spec:{selector:sel,strategy:{rollingUpdate:{maxSurge:1}},template:tmpl()}})],
 ['apps/v1/statefulsets',O('apps/v1','StatefulSet','st1',{spec:{serviceName:'x',selector:sel,template:tmpl(),volumeClaimTemplates:[{metadata:{name:'data'},spec:{accessModes:['ReadWriteOnce'],resources:{requests:{storage:'1Gi'}}}}]}})],
 ['apps/v1/daemonsets',O('apps/v1','DaemonSet','ds1',{spec:{selector:sel,template:tmpl()}})],
 ['apps/v1/replicasets',O('apps/v1','ReplicaSet','rs1',{spec:{selector:sel,template:tmpl()}})],
 ['apps/v1/controllerrevisions',O('apps/v1','ControllerRevision','cr1',{revision:1,data:{a:1}})],
 ['batch/v1/jobs',O('batch/v1','Job','j1',{spec:{template:{spec:{restartPolicy:'Never',containers:[c()]}}}})],
 ['batch/v1/jobs',O('batch/v1','Job','j2',{spec:{completions:3,completionMode:'Indexed',template:{spec:{restartPolicy:'OnFailure',containers:[c()]}},podFailurePolicy:undefined}})],
 ['batch/v1/jobs',O('batch/v1','Job','j3',{spec:{parallelism:3,podFailurePolicy:{rules:[{action:'Ignore',onPodConditions:[{type:'DisruptionTarget'}]}]},template:{spec:{restartPolicy:'Never',containers:[c()]}}}})],
 ['batch/v1/cronjobs',O('batch/v1','CronJob','cj1',{spec:{schedule:'* * * * *',jobTemplate:{spec:{template:{spec:{restartPolicy:'Never',containers:[c()]}}}}}})],
 ['networking.k8s.io/v1/ingresses',O('networking.k8s.io/v1','Ingress','ing1',{spec:{rules:[{host:'a.b',http:{paths:[{path:'/',pathType:'Prefix',backend:{service:{name:'x',port:{number:80}}}}]}}]}})],
 ['networking.k8s.io/v1/networkpolicies',O('networking.k8s.io/v1','NetworkPolicy','np1',{spec:{podSelector:{},ingress:[{ports:[{port:80}]}]}})],
 ['networking.k8s.io/v1/networkpolicies',O('networking.k8s.io/v1','NetworkPolicy','np2',{spec:{podSelector:{},egress:[{}]}})],
 ['networking.k8s.io/v1/ingressclasses',O('networking.k8s.io/v1','IngressClass','ic1',{spec:{controller:'a.b/c',parameters:{kind:'X',name:'y'}}}),'c'],
 ['policy/v1/poddisruptionbudgets',O('policy/v1','PodDisruptionBudget','pdb1',{spec:{minAvailable:1,selector:sel}})],
 ['autoscaling/v2/horizontalpodautoscalers',O('autoscaling/v2','HorizontalPodAutoscaler','h1',{spec:{maxReplicas:3,scaleTargetRef:{kind:'Deployment',name:'d',apiVersion:'apps/v1'}}})],
 ['autoscaling/v2/horizontalpodautoscalers',O('autoscaling/v2','HorizontalPodAutoscaler','h2',{spec:{maxReplicas:3,behavior:{scaleUp:{stabilizationWindowSeconds:5},scaleDown:{}},scaleTargetRef:{kind:'Deployment',name:'d',apiVersion:'apps/v1'}}})],
 ['rbac.authorization.k8s.io/v1/roles',O('rbac.authorization.k8s.io/v1','Role','r1',{rules:[{apiGroups:[''],resources:['pods'],verbs:['get']}]})],
 ['rbac.authorization.k8s.io/v1/rolebindings',O('rbac.authorization.k8s.io/v1','RoleBinding','rb1',{roleRef:{kind:'Role',name:'r1'},subjects:[{kind:'User',name:'u'},{kind:'ServiceAccount',name:'sa'},{kind:'Group',name:'g'}]})],
 ['rbac.authorization.k8s.io/v1/clusterroles',O('rbac.authorization.k8s.io/v1','ClusterRole','crx',{rules:[]}),'c'],
 ['rbac.authorization.k8s.io/v1/clusterrolebindings',O('rbac.authorization.k8s.io/v1','ClusterRoleBinding','crbx',{roleRef:{kind:'ClusterRole',name:'crx'}}),'c'],
 ['coordination.k8s.io/v1/leases',O('coordination.k8s.io/v1','Lease','le1',{spec:{holderIdentity:'x'}})],
 ['discovery.k8s.io/v1/endpointslices',O('discovery.k8s.io/v1','EndpointSlice','es1',{addressType:'IPv4',endpoints:[{addresses:['10.1.1.1']}],ports:[{port:80}]})],
 ['storage.k8s.io/v1/storageclasses',O('storage.k8s.io/v1','StorageClass','sc1',{provisioner:'x'}),'c'],
 ['storage.k8s.io/v1/csidrivers',O('storage.k8s.io/v1','CSIDriver','csi1.x',{spec:{}}),'c'],
 ['storage.k8s.io/v1/volumeattachments',O('storage.k8s.io/v1','VolumeAttachment','va1',{spec:{attacher:'x',nodeName:'n',source:{persistentVolumeName:'p'}}}),'c'],
 ['scheduling.k8s.io/v1/priorityclasses',O('scheduling.k8s.io/v1','PriorityClass','pc1',{value:5}),'c'],
 ['node.k8s.io/v1/runtimeclasses',O('node.k8s.io/v1','RuntimeClass','rtc1',{handler:'x'}),'c'],
 ['namespaces',O('v1','Namespace','ns1',{}),'c'],
 ['nodes',O('v1','Node','n1',{}),'c'],
 ['nodes',O('v1','Node','n2',{spec:{podCIDR:'10.2.0.0/24'},status:{capacity:{cpu:'4'}}}),'c'],
 ['persistentvolumes',O('v1','PersistentVolume','pv1',{spec:{capacity:{storage:'1Gi'},accessModes:['ReadWriteOnce'],hostPath:{path:'/x'}}}),'c'],
 ['admissionregistration.k8s.io/v1/validatingwebhookconfigurations',O('admissionregistration.k8s.io/v1','ValidatingWebhookConfiguration','vw1',{webhooks:[{name:'a.b.c',sideEffects:'None',admissionReviewVersions:['v1'],clientConfig:{service:{name:'x',namespace:'y'}},rules:[{operations:['CREATE'],apiGroups:[''],apiVersions:['v1'],resources:['nonexist']}]}]}),'c'],
 ['admissionregistration.k8s.io/v1/mutatingwebhookconfigurations',O('admissionregistration.k8s.io/v1','MutatingWebhookConfiguration','mw1',{webhooks:[{name:'a.b.c',sideEffects:'None',admissionReviewVersions:['v1'],clientConfig:{service:{name:'x',namespace:'y'}},rules:[{operations:['CREATE'],apiGroups:[''],apiVersions:['v1'],resources:['nonexist']}]}]}),'c'],
 ['admissionregistration.k8s.io/v1/validatingadmissionpolicies',O('admissionregistration.k8s.io/v1','ValidatingAdmissionPolicy','vap1',{spec:{validations:[{expression:'true'}],matchConstraints:{resourceRules:[{operations:['CREATE'],apiGroups:[''],apiVersions:['v1'],resources:['nonexist']}]}}}),'c'],
 ['admissionregistration.k8s.io/v1/validatingadmissionpolicybindings',O('admissionregistration.k8s.io/v1','ValidatingAdmissionPolicyBinding','vapb1',{spec:{policyName:'vap1',validationActions:['Deny'],matchResources:{}}}),'c'],
 ['apiextensions.k8s.io/v1/customresourcedefinitions',O('apiextensions.k8s.io/v1','CustomResourceDefinition','foos.example.com',{spec:{group:'example.com',scope:'Namespaced',names:{kind:'Foo',plural:'foos'},versions:[{name:'v1',served:true,storage:true,schema:{openAPIV3Schema:{type:'object'}}}]}}),'c'],
 ['certificates.k8s.io/v1/certificatesigningrequests',O('certificates.k8s.io/v1','CertificateSigningRequest','csr1',{spec:{request:'',signerName:'a.b/c',usages:['client auth']}}),'c'],
];
const out=[];
await req('POST','/api/v1/namespaces/default/serviceaccounts',O('v1','ServiceAccount','default',{}));
for(const [path,obj,scope] of cases){
  const parts=path.split('/'); const plural=parts.pop(); const root=parts.length?`/apis/${parts.join('/')}`:'/api/v1';
  const url=scope==='c'?`${root}/${plural}`:`${root}/namespaces/default/${plural}`;
  const r=await req('POST',url,obj);
  if(r.status>=300) console.log(obj.kind,obj.metadata.name,r.status,r.body.message);
  out.push({path:url,plural,input:obj,status:r.status,output:r.body});
}
fs.writeFileSync('./defaults.raw.json',JSON.stringify(out,null,1));
console.log(out.length);
