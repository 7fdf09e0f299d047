Console.WriteLine("The function app is started by the Functions host: dotnet run --project functions/LocalHost");
