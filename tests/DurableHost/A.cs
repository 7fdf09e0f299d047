using FunctionsHosting.Durable; using FunctionsHosting.Clock; using FunctionsHosting.Worker; using FunctionsHosting.Worker.Rpc; using FunctionsHosting.Storage;
using Microsoft.Extensions.Logging;
namespace DurableHost.Tests;
public class A {
 static FunctionDefinition F(string name, string trigger) { var m = new FunctionMetadata { Name = name }; m.RawBindings.Add($$"""{"name":"x","type":"{{trigger}}","direction":"In"}"""); return FunctionDefinition.Of(m); }
 static DurableHostOptions Opt(string storage, params (string,string)[] ext) => new() { Functions = [F("Orc","orchestrationTrigger"), F("Act","activityTrigger")], Invoke = (f,i,id) => Task.FromResult<object?>(null),
   Settings = new Dictionary<string,string?>(StringComparer.OrdinalIgnoreCase){ ["AzureWebJobsStorage"]=storage }, Extensions = ext.ToDictionary(e=>e.Item1, e=>(string?)e.Item2), Webhook = new("http://127.0.0.1:1/runtime/webhooks/durabletask?code=k"), Clock = BusinessClock.Real(), Work = new() };
 [Fact] public async Task Errors() {
   await using var az = await Azurite.StartAsync(new(){ Folder="/tmp/exp/az", InMemory=true});
   var dead = "DefaultEndpointsProtocol=http;AccountName=devstoreaccount1;AccountKey=Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==;BlobEndpoint=http://127.0.0.1:9/devstoreaccount1;QueueEndpoint=http://127.0.0.1:9/devstoreaccount1;TableEndpoint=http://127.0.0.1:9/devstoreaccount1;";
   (string,string)[][] cases = [ [("durableTask:hubName","ok1")], [("durableTask:maxConcurrentActivityFunctions","many")], [("durableTask:maxConcurrentActivityFunctions","-3")], [("durableTask:storageProvider:partitionCount","four")],[("durableTask:storageProvider:partitionCount","40")],
     [("durableTask:storageProvider:controlQueueVisibilityTimeout","soon")],[("durableTask:storageProvider:controlQueueVisibilityTimeout","00:00:10")], [("durableTask:versionMatchStrategy","Weird")],[("durableTask:storageProvider:type","mssql")],[("durableTask:hubName","a_b")],[("durableTask:hubName","%NOPE%")],[("durableTask:hubName","")],
     [("durableTask:extendedSessionsEnabled","perhaps")],[("durableTask:grpcHttpClientTimeout","x")],[("durableTask:storageProvider:queueClientMessageEncoding","x")],[("durableTask:tracing:version","V9")],[("durableTask:noSuch","1")],[("durableTask:storageProvider:noSuch","1")],[("durableTask:storageProvider:connectionName","Nowhere")],[("durableTask:notifications:eventGrid:topicEndpoint","x")],[("durableTask:storageProvider:maxQueuePollingInterval","-00:00:01")],[("durableTask:tracing","x")],[("durableTask","x")],[("durableTask:storageProvider","x")] ];
   foreach (var c in cases) await Try(az.ConnectionString, c);
   await Try(dead, [("durableTask:hubName","ok2")]);
   await Try("", [("durableTask:hubName","ok2")]);
   await Try("nonsense", [("durableTask:hubName","ok2")]);
   await Try("UseDevelopmentStorage=true", [("durableTask:hubName","ok2")]);
   await Try("DefaultEndpointsProtocol=http;AccountName=devstoreaccount1;AccountKey=AAAA;BlobEndpoint=http://127.0.0.1:"+az.Ports[0]+"/devstoreaccount1;QueueEndpoint=http://127.0.0.1:"+az.Ports[1]+"/devstoreaccount1;TableEndpoint=http://127.0.0.1:"+az.Ports[2]+"/devstoreaccount1;", [("durableTask:hubName","ok2")]);
 }
 async Task Try(string st, (string,string)[] c) { var sw = System.Diagnostics.Stopwatch.StartNew(); string r; try { var h = await FunctionsHosting.Durable.DurableHost.StartAsync(Opt(st, c), default).WaitAsync(TimeSpan.FromSeconds(100)); r = "ok " + h.ClientJson; var s2 = sw.Elapsed; await h.DisposeAsync(); r += $" start {s2} total {sw.Elapsed}"; } catch (Exception e) { r = ""; for (var x = e; x != null; x = x.InnerException) r += "\n    " + x.GetType().FullName + ": " + x.Message; }
   File.AppendAllText("/tmp/exp/out.txt", $"{string.Join(";", c)} [{st.Take(20).Aggregate("", (a,b)=>a+b)}] {sw.ElapsedMilliseconds} ms => {r}\n"); }
}
