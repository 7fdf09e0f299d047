using System.Diagnostics; using Microsoft.Extensions.Logging; using FunctionsHosting.Storage;
namespace DurableHost.Tests;
public sealed class X {
 [Fact] public async Task Mem() {
  var refs = new List<WeakReference>();
  for (int i=0;i<=100;i++) {
   await One(refs);
   if (i%10==0) { for(int k=0;k<3;k++){GC.Collect(2, GCCollectionMode.Aggressive, true, true); GC.WaitForPendingFinalizers();} using var p = Process.GetCurrentProcess(); File.AppendAllText("/tmp/exp/x.txt", $"{i} heap {GC.GetTotalMemory(true)/1024} KB ws {p.WorkingSet64>>20} MB threads {p.Threads.Count} alive {refs.Count(r=>r.IsAlive)} asm {AppDomain.CurrentDomain.GetAssemblies().Length}\n"); }
  }
  var hold = Environment.GetEnvironmentVariable("HOLD"); if (hold != null) await Task.Delay(int.Parse(hold)*1000);
 }
 static async Task One(List<WeakReference> refs) {
   var worker = new Worker().Orchestrator("Wait", static async (context, _) => { await context.CreateTimer(TimeSpan.FromDays(1), default); return await context.CallActivityAsync<string>("Say", "x"); }).Activity("Say", i => Task.FromResult<object?>(i));
   await using var desk = await Desk.Open(Desk.Memory(worker)); refs.Add(new(desk.Host));
   await desk.Begin("Wait","a"); await desk.Settle();  await desk.AdvanceTo(Desk.Start.AddDays(2)); 
 }
}
