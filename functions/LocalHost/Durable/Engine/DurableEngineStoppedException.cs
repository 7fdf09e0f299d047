namespace LocalHost.Durable.Engine;

/// <summary>The engine has stopped before this could be stored; the next start takes up what is stored.</summary>
internal sealed class DurableEngineStoppedException() : InvalidOperationException("The durable engine has stopped.");
