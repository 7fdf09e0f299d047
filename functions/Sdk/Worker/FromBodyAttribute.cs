namespace Microsoft.Azure.Functions.Worker.Http;

/// <summary>Binds the parameter to the request's JSON body.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
public class FromBodyAttribute : Attribute;
