// The AWS SDK for Go v2, as a client of `byok serve`: a line of JSON in, a line of JSON out.
//
// A line names an `Operation` and its `Members` as the KMS API spells them, with blobs in base64. The
// answer has the `Output`, spelled likewise, or the `Error`. Releases from before November 2023, such as
// that of Debian 12, do not read AWS_ENDPOINT_URL: the endpoint is set in the program.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"reflect"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/kms"
)

type request struct {
	Operation string
	Members   json.RawMessage
}

// call calls the method of the client that has the name of the operation.
func call(client *kms.Client, line []byte) (interface{}, error) {
	var asked request
	if err := json.Unmarshal(line, &asked); err != nil {
		return nil, err
	}
	method := reflect.ValueOf(client).MethodByName(asked.Operation)
	if !method.IsValid() {
		return nil, fmt.Errorf("the SDK has no %s", asked.Operation)
	}
	input := reflect.New(method.Type().In(1).Elem())
	if err := json.Unmarshal(asked.Members, input.Interface()); err != nil {
		return nil, err
	}
	results := method.Call([]reflect.Value{reflect.ValueOf(context.Background()), input})
	if err, failed := results[1].Interface().(error); failed {
		return nil, err
	}
	return results[0].Interface(), nil
}

func main() {
	credentials := func(context.Context) (aws.Credentials, error) {
		return aws.Credentials{
			AccessKeyID:     os.Getenv("AWS_ACCESS_KEY_ID"),
			SecretAccessKey: os.Getenv("AWS_SECRET_ACCESS_KEY"),
		}, nil
	}
	client := kms.New(kms.Options{
		Region:           os.Getenv("AWS_REGION"),
		Credentials:      aws.CredentialsProviderFunc(credentials),
		EndpointResolver: kms.EndpointResolverFromURL(os.Getenv("AWS_ENDPOINT_URL")),
	})
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 1<<20)
	answers := json.NewEncoder(os.Stdout)
	for lines.Scan() {
		var err error
		if output, failure := call(client, lines.Bytes()); failure != nil {
			err = answers.Encode(map[string]interface{}{"Error": failure.Error()})
		} else {
			err = answers.Encode(map[string]interface{}{"Output": output})
		}
		if err != nil {
			panic(err)
		}
	}
}
